#include "targets.hpp"

#include <contractive/cae/experiment/experiment.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/training/schedule.hpp>

#include "support/archive.hpp"
#include "support/binary.hpp"
#include "support/folder.hpp"

#include <cmath>

namespace contractive::tests {
namespace {

using Texts = std::vector<std::string>;

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += text;
  return result;
}

// A safetensors file's bytes; its header may say what it likes.
std::string tensors(const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  for (std::size_t i = 0, rest = header.size(); i < 8; ++i, rest /= 256)
    length[i] = static_cast<char>(rest % 256);
  return length + header + data;
}

nn::Tensors<float> without_checksum(const std::string& content) {
  return nn::parse_safetensors<float>("f", content);
}

cae::Model<float> small_model() {
  Random random(1);
  return {{cae::Specification::parse("3-2:tanh"), {3}, cae::Decoder::tied, ""}, random};
}

cae::Trainer<float> small_trainer(const cae::Model<float>& model) {
  cae::TrainingOptions options;
  options.epochs = 2;
  options.batch = 2;
  options.patience = 3;
  return {model.autoencoder(), Array<float>::zeros({4, 3}), Array<float>::zeros({2, 3}), options};
}

Texts of_csv() {
  return {"a,b\n1,2\n3,4\n",
          ",0,1\n0,.5,1\n",
          "0,5;0,25\n1;2\n",
          "\"a\" \"b\"\n\"1\" 1 2\n",
          "label,x\n1,2\n",
          "1\t2\r3\t4\r",
          std::string("\xEF\xBB\xBF") + "1,2",
          "# x\n1 2\n",
          "\"a\"\"b\",1\n2,3",
          std::string("\xFF\xFE") + "a",
          "1e-999999999,1e99999999999999999999\n",
          repeated("0,", 300) + "0\n"};
}

Texts of_idx() {
  Texts seeds{idx(8, {1, 2, 2}, "abcd"), idx(13, {2}, std::string(8, '\x7F'))};
  for (const char type : {'\x8', '\x9', '\xB', '\xC', '\xD', '\xE'})
    seeds.push_back(idx(type, {0x40000000, 0x40000000, 4, 4}, ""));
  seeds.push_back(idx(14, {1}, swapped<double>({std::nan("")})));
  seeds.push_back(idx(14, {1}, swapped<double>({1e300})));
  return seeds;
}

Texts of_npy() {
  Texts seeds;
  for (const char* type : {"<f2", "<f4", ">f8", "|u1", "|b1", "<i8", "<u8", "|O"})
    seeds.push_back(npy(type, "(2, 1)", std::string(16, '\x7F'), seeds.size() % 2 == 1));
  for (const char* shape : {"()", "(0,)", "(18446744073709551615, 2)", "(4294967296, 4294967296)",
                            "(2L, 1L)", "(", "(-1,)", "(1,1,1,1,1,1,1,1,1)"})
    seeds.push_back(npy("<f4", shape, std::string(8, '\0')));
  return seeds;
}

Texts of_npz() {
  const std::string one = npy("<f4", "(1, 2)", raw<float>({1, 2}));
  return {zipped({{"x.npy", one}}), zipped({{"x.npy", one}, {"y.npy", one}}, true),
          zipped({{"x.npy", std::string(100000, '\0')}}, true), zipped({})};
}

Texts of_safetensors() {
  const std::string entry = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  const std::string eight(8, '\1');
  return {tensors("{" + entry + "}", eight),
          tensors("{\"__metadata__\":{\"x\":\"y\"}," + entry + "}", eight),
          tensors("{\"__metadata__\":{\"contractive.checksum\":\"0\"}," + entry + "}", eight),
          tensors("{\"__metadata__\":[]," + entry + "}", eight),
          tensors("{" + entry + "," + entry + "}", eight),
          tensors(R"({"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}})", eight),
          tensors(R"({"a":{"dtype":"BF16","shape":[-4],"data_offsets":[0,8]}})", eight),
          tensors(R"({"a":{"dtype":"F64","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}})",
                  ""),
          tensors(repeated("[", 5000), ""),
          tensors(R"({"a":1e999})", ""),
          "\xFF\xFF\xFF\xFF"};
}

Texts of_model() {
  Texts seeds;
  for (const char* encoder : {"4-50000000:tanh", "3-2:tanh", "residual(layernorm)",
                              "linear(1):relu", "conv(999999,1),linear(2):tanh"}) {
    auto metadata = small_model().configuration.metadata();
    metadata["encoder"] = encoder;
    std::string text;
    for (const auto& [key, value] : metadata)
      text += key + "=" + value + "\n";
    seeds.push_back(text);
  }
  return seeds;
}

// Lines key=value.
void read_model(const std::string& text) {
  std::map<std::string, std::string> metadata;
  for (const std::string& line : nn::split(text, '\n'))
    if (const std::size_t at = line.find('='); at != std::string::npos)
      metadata[line.substr(0, at)] = line.substr(at + 1);
  Random random(1);
  static_cast<void>(cae::Model<float>(cae::Configuration::from(metadata), random, 1000));
}

// A checkpoint's texts, one a line; its arrays are as they should be.
void read_checkpoint(const std::string& text) {
  const cae::Model<float> model = small_model();
  cae::Trainer<float> trainer = small_trainer(model);
  nn::Tensors<float> state = trainer.state();
  const Texts lines = nn::split(text, '\n');
  std::size_t at = 0;
  for (const char* key : {"training", "batches", "draws", "log"})
    state.metadata[key] = at < lines.size() ? lines[at++] : "";
  trainer.restore(state);
  trainer.run();
}

Texts of_checkpoint() {
  const cae::Model<float> model = small_model();
  cae::Trainer<float> trainer = small_trainer(model);
  Texts seeds;
  const auto add = [&](const std::string& epoch) {
    auto metadata = trainer.state().metadata;
    std::string& training = metadata["training"];
    const std::size_t place = training.find("\"epoch\":");
    if (!epoch.empty())
      training.replace(place + 8, 1, epoch);
    seeds.push_back(training + "\n" + metadata["batches"] + "\n" + metadata["draws"] + "\nlog");
  };
  for (const char* epoch : {"", "-1", "1e30", "1.7", "18446744073709551615", "null"})
    add(epoch);
  trainer.run();
  add("");
  return seeds;
}

void read_gzip(const std::string& bytes) {
  static const Folder folder;
  static_cast<void>(nn::read_file(folder.put("a.gz", bytes)));
}

Texts of_experiment() {
  const std::string rest = "[data]\ntraining = 1\nvalidation = 1\ntest = 1\n[pretraining]\nencoder "
                           "= \"3-2:tanh\"\n[[variant]]\nname = \"A\"\n";
  std::string lists = "seeds = [1]\n" + rest;
  for (const char* key : {"epochs", "batch", "learning-rate", "patience"})
    lists += std::string("pretraining.") + key + " = [" + repeated("1,", 99) + "1]\n";
  return {"seeds = [1]\n" + rest,
          lists,
          "seeds = [1, 1]\n" + rest,
          "seeds = [-1]\n" + rest,
          "seeds = [1]\n" + rest + "pretraining.protocol = \"rifai2011\"\n",
          "a = " + repeated("[", 3000),
          "a = " + repeated("{a=", 3000)};
}

} // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"csv",
       [](const std::string& s) {
         static_cast<void>(nn::parse_csv<float>("f", s));
         static_cast<void>(nn::parse_csv<double>("f", s, {"1-last", "1", true}));
       },
       of_csv},
      {"idx",
       [](const std::string& s) {
         static_cast<void>(nn::parse_idx<float>("f", s));
         static_cast<void>(nn::parse_idx<std::int64_t>("f", s));
       },
       of_idx},
      {"npy",
       [](const std::string& s) {
         static_cast<void>(nn::parse_npy<float>("f", s));
         static_cast<void>(nn::parse_npy<std::int64_t>("f", s));
       },
       of_npy},
      {"npz", [](const std::string& s) { static_cast<void>(nn::parse_npz<float>("f", s, "x")); },
       of_npz},
      {"gzip", read_gzip,
       [] {
         return Texts{gzipped("abc"), gzipped(std::string(100000, '\0')), "\x1F\x8B"};
       }},
      {"safetensors", [](const std::string& s) { static_cast<void>(without_checksum(s)); },
       of_safetensors},
      {"model", read_model, of_model},
      {"checkpoint", read_checkpoint, of_checkpoint},
      {"experiment",
       [](const std::string& s) { static_cast<void>(cae::Experiment::parse("f", s)); },
       of_experiment},
      {"log", [](const std::string& s) { static_cast<void>(cae::parse_log("f", s)); },
       [] {
         return Texts{"epoch,seconds\n1,2\n2,nan\n", "a\n", ",,\n,,\n"};
       }},
      {"specification",
       [](const std::string& s) { static_cast<void>(cae::Specification::parse(s)); },
       [] {
         return Texts{"784-512:relu-64:sigmoid",
                      "conv(16,3,stride=2,padding=1):relu,linear(4)",
                      repeated("residual(", 12000),
                      "residual(layernorm:relu,linear(3))",
                      "4-0:tanh",
                      "4294967296-1:tanh",
                      "pool(2),averagepool(3)"};
       }},
      {"terms",
       [](const std::string& s) {
         static_cast<void>(cae::make_terms<float>(s));
         static_cast<void>(cae::make_corruption(s));
       },
       [] {
         return Texts{"contractive(0.1)+decay(1e-5)",
                      "curvature(1,1,1e14)",
                      "masking(0.5)",
                      "sparse(1,2)",
                      "operator-norm(1,-1)",
                      "contractive(nan)",
                      repeated("hessian(1)+", 500) + "hessian(1)",
                      "gaussian(1e999)"};
       }},
      {"schedule", [](const std::string& s) { nn::make_schedule(s)(3); },
       [] {
         return Texts{"warmup(5, cosine(35))", repeated("warmup(1,", 10000), "step(0,1)",
                      repeated("warmup(1,", 150) + "constant" + repeated(")", 150),
                      "cosine(1e999, 0)"};
       }}};
  return all;
}

} // namespace contractive::tests
