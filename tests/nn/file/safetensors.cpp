#include <contractive/nn/file/hash.hpp>
#include <contractive/nn/file/safetensors.hpp>

#include <contractive/nn/file/file.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"
#include "support/random.hpp"

#include <csignal>
#include <cstring>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace contractive::tests {
namespace {

// The format: the header's length in 8 bytes, little-endian, the header, the data.
std::string safetensors(const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  length[0] = static_cast<char>(header.size() % 256);
  length[1] = static_cast<char>(header.size() / 256);
  return length + header + data;
}

template <class T> bool same_bits(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

std::string error(const std::string& bytes) {
  const Folder folder;
  const std::string path = folder.put("a", bytes);
  const std::string what = message<FileError>([&] { return nn::read_safetensors<float>(path); });
  return what.rfind(path, 0) == 0 ? what.substr(path.size()) : what;
}

bool contains(const std::string& what, const std::string& part) {
  return what.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("safetensors: a file made by hand from the specification") {
  const Folder folder;
  const std::string header = R"({"__metadata__":{"format":"pt"},)"
                             R"("w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},)"
                             R"("n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
                             R"("d":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},)"
                             R"("none":{"dtype":"F32","shape":[0,3],"data_offsets":[24,24]}}   )";
  const std::string data("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"  // -2
                         "\x00\x00\xC0\x3F\x00\x00\x00\xC0"  // 1.5, -2
                         "\x00\x00\x00\x00\x00\x00\xF8\x3F", // 1.5
                         24);
  const nn::Tensors<float> file =
      nn::read_safetensors<float>(folder.put("a", safetensors(header, data)));
  CHECK(file.metadata == std::map<std::string, std::string>{{"format", "pt"}});
  CHECK(file.arrays.size() == 3);
  CHECK(file.arrays.at("w").shape() == Shape{1, 2});
  CHECK(file.arrays.at("w")[0] == 1.5F);
  CHECK(file.arrays.at("w")[1] == -2.F);
  CHECK(file.arrays.at("d").item() == 1.5F);
  CHECK(file.arrays.at("none").shape() == Shape{0, 3});
  CHECK(file.indices.size() == 1);
  CHECK(file.indices.at("n").item() == -2);
  CHECK(file.indices.at("n").rank() == 0);
}

TEST_CASE("safetensors: what is written is the specification's layout, byte for byte") {
  const Folder folder;
  nn::Tensors<float> tensors;
  tensors.arrays["b"] = Array<float>({1, 2}, {1.5F, -2.F});
  tensors.arrays["a"] = Array<float>(-2.F);
  tensors.indices["n"] = Indices{258};
  tensors.metadata["k"] = "v\n\"";
  nn::write_safetensors(folder.file("a"), tensors);
  const auto with_sum = [](const std::string& text, const std::string& mark,
                           const std::string& bytes) { // of all but the sum itself
    const std::string sum = nn::hex(nn::fnv1a(bytes, nn::fnv1a(text)));
    std::string whole = text;
    const std::size_t at = text.find(mark) + mark.size();
    whole.insert(at, "\"contractive.checksum\":\"" + sum + "\"" + (text[at] == '}' ? "" : ","));
    whole.resize((whole.size() + 7) / 8 * 8, ' ');
    return whole;
  };
  std::string header = R"({"__metadata__":{"k":"v\n\""},)"
                       R"("a":{"data_offsets":[8,12],"dtype":"F32","shape":[]},)"
                       R"("b":{"data_offsets":[12,20],"dtype":"F32","shape":[1,2]},)"
                       R"("n":{"data_offsets":[0,8],"dtype":"I64","shape":[1]}})";
  const std::string data("\x02\x01\x00\x00\x00\x00\x00\x00"
                         "\x00\x00\x00\xC0"
                         "\x00\x00\xC0\x3F\x00\x00\x00\xC0",
                         20);
  header = with_sum(header, "{\"__metadata__\":{", data);
  CHECK(folder.get("a") == safetensors(header, data));
  nn::write_safetensors(folder.file("b"), nn::Tensors<double>{});
  const std::string none = with_sum("{\"__metadata__\":{}}", "{\"__metadata__\":{", "");
  CHECK(folder.get("b") == safetensors(none, ""));
  CHECK(nn::read_safetensors<double>(folder.file("b")).arrays.empty());
}

TEST_CASE_TEMPLATE("safetensors: all comes back bit for bit", T, float, double) {
  const Folder folder;
  nn::Tensors<T> tensors;
  tensors.arrays["encoder.0.weight"] = random_array<T>({7, 5}, 1);
  tensors.arrays["scalar"] = Array<T>(T(0.1));
  tensors.arrays["empty"] = Array<T>();
  tensors.arrays["special"] =
      Array<T>{T(-0.0), std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::infinity(),
               std::numeric_limits<T>::quiet_NaN()};
  tensors.indices["order"] = Indices{-1, 9223372036854775807, 3};
  tensors.metadata = {{"state", "1 2 3"}, {"Namen", "Zürich"}, {"", ""}};
  nn::write_safetensors(folder.file("a"), tensors);
  const nn::Tensors<T> back = nn::read_safetensors<T>(folder.file("a"));
  CHECK(back.metadata == tensors.metadata);
  CHECK(back.arrays.size() == tensors.arrays.size());
  for (const auto& item : tensors.arrays) {
    CAPTURE(item.first);
    CHECK(same_bits(back.arrays.at(item.first), item.second));
  }
  CHECK(same_bits(back.indices.at("order"), tensors.indices.at("order")));
  // Names sort in the header, so what is written again is the same file.
  nn::write_safetensors(folder.file("b"), back);
  CHECK(folder.get("a") == folder.get("b"));
}

TEST_CASE("safetensors: floats of 16 bits") {
  const Folder folder;
  const std::string header = R"({"b":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]},)"
                             R"("h":{"dtype":"F16","shape":[6],"data_offsets":[8,20]}})";
  // 1.5, -2, infinity, the least above 0; and 1.5, -2, 65504, infinity, 2^-24, -0 by IEEE 754.
  const std::string data("\xC0\x3F\x00\xC0\x80\x7F\x01\x00"
                         "\x00\x3E\x00\xC0\xFF\x7B\x00\x7C\x01\x00\x00\x80",
                         20);
  const nn::Tensors<double> file =
      nn::read_safetensors<double>(folder.put("a", safetensors(header, data)));
  const Array<double>&b = file.arrays.at("b"), &h = file.arrays.at("h");
  CHECK(std::vector<double>(b.begin(), b.end()) ==
        std::vector<double>{1.5, -2, std::numeric_limits<double>::infinity(), 0x1p-133});
  CHECK(
      std::vector<double>(h.begin(), h.end()) ==
      std::vector<double>{1.5, -2, 65504, std::numeric_limits<double>::infinity(), 0x1p-24, -0.0});
}

TEST_CASE("safetensors: what is no such file") {
  const std::string one = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  REQUIRE(error(safetensors(one, "1234")) == "no error");
  CHECK(error("") ==
        ": the file ends after 0 bytes, within its header; expected a safetensors file");
  CHECK(error(safetensors(one, "1234").substr(0, 20)) ==
        ": the header should have 54 bytes, the file ends 12 bytes after the header's start; "
        "expected a safetensors file");
  CHECK(contains(error(std::string(8, '\xFF') + "{}"), "should have 18446744073709551615 bytes"));
  CHECK(contains(error(safetensors("[1, 2]", "")), "no JSON object"));
  CHECK(contains(error(safetensors(one.substr(0, 40), "1234")), "no JSON object"));
  CHECK(contains(error(safetensors(one, "123")), "'a' of shape (1), type F32 has offsets"));
  CHECK(error(safetensors(one, "12345678")) ==
        ": 4 bytes of data belong to no array; expected a safetensors file");
  const auto entry = [](const std::string& rest) { return safetensors("{\"a\":{" + rest, "1234"); };
  CHECK(error(entry(R"("dtype":"F8","shape":[4],"data_offsets":[0,4]}})")) ==
        ": 'a' has elements of type F8; expected F16, BF16, F32, F64 or I64");
  CHECK(error(entry(R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})")) ==
        ": 'a' has 9 axes; expected at most 8");
  for (const char* const rest :
       {R"("dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
        R"("dtype":"F32","shape":[1],"data_offsets":[4,0]}})",
        R"("dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
        R"("dtype":"F32","shape":[1],"data_offsets":[0]}})",
        R"("dtype":"F32","shape":[4294967296,4294967296,0.0],"data_offsets":[0,4]}})",
        R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})",
        R"("dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
        R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})",
        R"("dtype":"F32","shape":"1","data_offsets":[0,4]}})", R"("dtype":"F32","shape":[1]}})",
        R"("dtype":7,"shape":[1],"data_offsets":[0,4]}})"}) {
    CAPTURE(rest);
    CHECK(contains(error(entry(rest)), "; expected a safetensors file"));
  }
  CHECK(contains(error(safetensors(R"({"__metadata__":{"k":1}})", "")), "not as it should be"));
}

TEST_CASE("safetensors: arrays that overlap, leave a gap or share a name") {
  const auto two = [](const std::string& b, const std::string& second) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},")" + b +
           R"(":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}";
  };
  CHECK(error(safetensors(two("b", "[8,12]"), "123456789012")) == "no error");
  CHECK(error(safetensors(two("b", "[4,8]"), "12345678")) ==
        ": 'b' begins at byte 4 of the data, what is before it ends at 8; expected a safetensors "
        "file");
  CHECK(contains(error(safetensors(two("b", "[0,4]"), "12345678")), "begins at byte 0"));
  CHECK(contains(error(safetensors(two("b", "[12,16]"), "1234567890123456")),
                 "'b' begins at byte 12 of the data, what is before it ends at 8"));
  CHECK(error(safetensors(two("a", "[8,12]"), "123456789012")) ==
        ": the header names 'a' twice; expected a safetensors file");
}

TEST_CASE("safetensors: names that a file cannot hold") {
  const Folder folder;
  const auto written = [&](const nn::Tensors<float>& tensors) {
    return message<FileError>([&] { return nn::write_safetensors(folder.file("a"), tensors); });
  };
  CHECK(contains(written({{{"__metadata__", Array<float>(1.F)}}}), "expected each name once"));
  CHECK(contains(written({{{"a", Array<float>(1.F)}}, {}, {{"a", Indices{1}}}}),
                 "expected each name once"));
  CHECK(contains(written({{}, {{"k", "\xFF"}}}), "expected UTF-8"));
  CHECK(folder.size() == 0);
}

TEST_CASE("safetensors: a full disk leaves the old file as it was") {
  const Folder folder;
  nn::Tensors<double> tensors;
  tensors.arrays["w"] = random_array<double>({100}, 1);
  nn::write_safetensors(folder.file("model"), tensors);
  const std::string before = folder.get("model");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) { // files of at most 4096 bytes, as on a disk that is nearly full
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    tensors.arrays["w"] = random_array<double>({1000}, 2);
    const std::string what =
        message<FileError>([&] { return nn::write_safetensors(folder.file("model"), tensors); });
    _exit(what == folder.file("model") + ": cannot be written: File too large; what was there "
                                         "before is untouched"
              ? 0
              : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(folder.get("model") == before);
  CHECK(folder.size() == 1); // nothing beside it
}

TEST_CASE("file: written over, and where it cannot be written") {
  const Folder folder;
  nn::write_file(folder.file("a"), "long text");
  nn::write_file(folder.file("a"), std::string_view("x\0y", 3));
  CHECK(nn::read_file(folder.file("a")) == std::string("x\0y", 3));
  CHECK(nn::read_file(folder.file("a"), 2) == std::string("x\0", 2));
  CHECK(folder.size() == 1);
  CHECK(message<FileError>([&] { return nn::write_file(folder.file("none/a"), "x"); }) ==
        folder.file("none/a") + ": cannot be written: No such file or directory");
  CHECK(contains(message<FileError>([&] { return nn::write_file(folder.path(), "x"); }),
                 "cannot be written"));
}

} // namespace contractive::tests
