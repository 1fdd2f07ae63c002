#include <contractive/cae/experiment/experiment.hpp>
#include <contractive/nn/file/safetensors.hpp>
#include <contractive/nn/text/call.hpp>

#include "support.hpp"

#include <regex>
#include <set>
#include <sstream>

using namespace contractive;
using namespace contractive::tests;

namespace {

using Names = std::set<std::string>;

// What the page lists under a heading: the code in the first cells of its tables.
Names listed(const std::string& heading) {
  const std::string page = nn::read_file(FORMATS_PAGE);
  const std::size_t start = page.find("\n## " + heading + "\n");
  CAPTURE(heading);
  REQUIRE(start != std::string::npos);
  const std::string section = page.substr(start, page.find("\n## ", start + 1) - start);
  static const std::regex first_cell("\n\\| (`[^|]*)\\|"), code("`([^`]*)`");
  Names result;
  for (std::sregex_iterator row(section.begin(), section.end(), first_cell), end; row != end;
       ++row) {
    const std::string cell = (*row)[1];
    for (std::sregex_iterator name(cell.begin(), cell.end(), code); name != end; ++name)
      result.insert((*name)[1]);
  }
  return result;
}

// One line of what only the files have, and one of what only the page has.
std::string difference(const Names& files, const std::string& heading) {
  const Names page = listed(heading);
  std::string result;
  for (const std::string& name : files)
    if (page.count(name) == 0)
      result += "not under '" + heading + "': " + name + "\n";
  for (const std::string& name : page)
    if (files.count(name) == 0)
      result += "in no file, but under '" + heading + "': " + name + "\n";
  return result;
}

// Numbers are N on the page.
std::string without_numbers(const std::string& name) {
  return std::regex_replace(name, std::regex("[0-9]+"), "N");
}
void add_files(Names& to, const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    to.insert(without_numbers(entry.path().filename().string()));
}
void add_columns(Names& to, const std::string& path) {
  const std::vector<std::string> names = nn::split(nn::split(nn::read_file(path), '\n')[0], ',');
  to.insert(names.begin(), names.end());
}
// Those of the lines `key = value`, up to [run] or behind it.
void add_keys(Names& to, Names& to_run, const std::string& path) {
  std::istringstream lines(nn::read_file(path));
  Names* at = &to;
  for (std::string line; std::getline(lines, line);)
    if (line == "[run]")
      at = &to_run;
    else if (const std::size_t equals = line.find(" = "); equals != std::string::npos)
      at->insert(line.substr(0, equals));
}
void add_tensors(Names& arrays, Names& metadata, const std::string& path) {
  const auto file = nn::read_safetensors<float>(path);
  static const std::regex weights("^(optimiser|best)/(encoder|decoder)[.a-zN]*");
  for (const auto& entry : file.arrays)
    arrays.insert(std::regex_replace(without_numbers(entry.first), weights, "$1/NAME"));
  for (const auto& entry : file.metadata)
    metadata.insert(entry.first);
  if (contains(nn::read_file(path), "\"contractive.checksum\":")) // the reader keeps it to itself
    metadata.insert("contractive.checksum");
}
Names without(Names all, const Names& others) {
  for (const std::string& name : others)
    all.erase(name);
  return all;
}

} // namespace

TEST_CASE("program: a training folder holds what the page of formats lists, and nothing else") {
  const Folder folder;
  const std::string data = " --data '" + make_data(folder) + "'";
  std::string table = "a,b,c,d,kind\n";
  for (int i = 0; i < 30; ++i)
    table += detail::text(i, ",", i % 7, ",", i % 5, ",", i % 3, ",", i % 2, "\n");
  folder.put("table.csv", table);
  const std::pair<std::string, std::string> runs[] = {
      {"dense", data + " --encoder 100-3:sigmoid --patience 2 --terms 'contractive(0.1)'"},
      {"images", data + " --encoder 'conv(2,3):relu,layernorm,residual(conv(2,3,padding=1):relu),"
                        "linear(4):tanh' --untied --terms 'operator-norm(0.1, 1)+decay(0.01)' "
                        "--layout nhwc --no-header"},
      {"plain", data + " --encoder 100-3:sigmoid --optimiser sgd --lambda 0"},
      {"table", " --data '" + folder.file("table.csv") +
                    "' --encoder 4-3-2:sigmoid --stacked --header --label-column kind --columns "
                    "a,b,c,d --image 2x2x1 --scale minmax"}};
  Names files, arrays, metadata, states, notes, columns, keys, run_keys;
  for (const auto& [name, options] : runs) {
    const std::string out = folder.file(name);
    const Result result = run(folder, "train --epochs 1 --out '" + out + "'" + options);
    CAPTURE(result.error);
    REQUIRE(result.code == 0);
    add_files(files, out);
    add_tensors(arrays, metadata, out + "/model.safetensors");
    add_keys(keys, run_keys, out + "/run.toml");
    if (name == "table")
      continue; // whose layers have folders of their own
    add_tensors(states, notes, out + "/checkpoint.safetensors");
    add_columns(columns, out + "/metrics.csv");
  }
  for (const char* term : {"train_contractive", "train_operator_norm", "train_decay"})
    CHECK(columns.erase(term) == 1);
  columns.insert("train_TERM");
  CHECK(difference(files, "The folder of `cae train`") == "");
  CHECK(difference(arrays, "Arrays of a model") == "");
  CHECK(difference(metadata, "Metadata of a model") == "");
  CHECK(difference(without(states, arrays), "Arrays of a checkpoint") == "");
  CHECK(difference(without(notes, metadata), "Metadata of a checkpoint") == "");
  CHECK(difference(keys, "Keys of run.toml") == "");
  CHECK(difference(run_keys, "Keys of run.toml under [run]") == "");
  CHECK(difference(columns, "Columns of metrics.csv") == "");

  const auto images = nn::read_safetensors<float>(folder.file("images/model.safetensors")).arrays;
  CHECK(images.at("encoder.1.weight").shape() == Shape{3, 3, 1, 2}); // kernel, kernel, in, out
  CHECK(images.at("encoder.6.weight").shape() == Shape{128, 4});     // in, out
  CHECK(images.at("decoder.0.weight").shape() == Shape{4, 128});
}

TEST_CASE("program: a report's folder holds what the page of formats lists") {
  const Folder folder;
  const std::string images = "--data '" + make_data(folder) + "'", report = folder.file("report");
  const std::string table = "--data '" + folder.put("t.csv", "1,2,0\n0,1,2\n2,0,1\n1,1,1\n") + "'";
  Names files;
  for (const auto& [data, options] :
       {std::pair{images, std::string("--encoder 100-3:sigmoid")},
        {table, std::string("--encoder 3-2:tanh --loss squared-error")}}) {
    const std::string model = folder.file("model");
    run(folder, "train --epochs 1 --overwrite --out '" + model + "' " + data + " " + options);
    const Result result =
        run(folder, "analyze '" + model + "' --tangents 2 --out '" + report + "' " + data);
    CAPTURE(result.error);
    REQUIRE(result.code == 0);
    add_files(files, report);
  }
  CHECK(difference(files, "The folder of `cae analyze`") == "");
}

TEST_CASE("program: a comparison reads and writes what the page of formats lists") {
  Names keys;
  for (const auto& entry : cae::default_settings())
    keys.insert(entry.first);
  try { // whose error lists the keys of [data]
    cae::Experiment::parse("e.toml", "seeds = [1]\n[data]\nunknown = 1\n");
  } catch (const FileError& error) {
    const std::string text = error.what();
    std::istringstream list(text.substr(text.find("one of ") + 7));
    for (std::string key; std::getline(list >> std::ws, key, ',');)
      keys.insert("data." + key);
  }
  CHECK(difference(keys, "Keys of an experiment") == "");

  const Folder folder;
  const std::string data = make_idx_folder(folder), out = folder.file("out");
  folder.put("e.toml", R"toml(
seeds = [1]
[data]
training = 90
validation = 30
test = 30
[pretraining]
encoder = "54-4:sigmoid"
epochs = 1
[classifier]
epochs = 1
[[variant]]
name = "CAE"
pretraining.terms = ["contractive(0.1)", "contractive(0.3)"]
)toml");
  const Result result = run(folder, "compare '" + folder.file("e.toml") + "' --data '" + data +
                                        "' --out '" + out + "'");
  CAPTURE(result.error);
  REQUIRE(result.code == 0);
  Names files, columns;
  add_files(files, out);
  add_columns(columns, out + "/runs.csv");
  CHECK(columns.erase("pretraining.terms") == 1); // where it differs
  CHECK(difference(files, "The folder of `cae compare`") == "");
  CHECK(difference(columns, "Columns of runs.csv") == "");
}
