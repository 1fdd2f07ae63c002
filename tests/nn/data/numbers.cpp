#include <contractive/nn/data/numbers.hpp>

#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>

#include "support/archive.hpp"
#include "support/binary.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

template <class T> std::vector<T> values(const Array<T>& a) { return {a.begin(), a.end()}; }

std::string label_error(const std::vector<double>& numbers) {
  return message<FileError>(
      [&] { return nn::labels_from("l", Array<double>({numbers.size()}, numbers)); });
}

} // namespace

TEST_CASE("numbers: the end of the name says what a file is, whatever its case") {
  const Folder folder;
  const std::string array = npy("<f4", "(1, 2)", raw<float>({1, 2}));
  for (const auto& file :
       std::vector<std::pair<std::string, std::string>>{{"a.npy", array},
                                                        {"A.NPY", array},
                                                        {"a.npy.gz", gzipped(array)},
                                                        {"a.Npy.GZ", gzipped(array)},
                                                        {"a.npz", zipped({{"x.npy", array}})},
                                                        {"A.NPZ", zipped({{"x.npy", array}}, true)},
                                                        {"a.csv", "1,2\n"},
                                                        {"A.TXT", "1 2\n"},
                                                        {"a.tsv.gz", gzipped("1\t2\n")},
                                                        {"a-idx2-ubyte", idx(8, {1, 2}, "\1\2")},
                                                        {"a.gz", gzipped(idx(8, {1, 2}, "\1\2"))},
                                                        {"a:b.csv", "1,2\n"}}) {
    const std::string name = file.first, content = file.second;
    CAPTURE(name);
    const nn::Numbers<double> numbers = nn::read_numbers<double>(folder.put(name, content));
    CHECK(numbers.values.shape() == Shape{1, 2});
    CHECK(values(numbers.values) == std::vector<double>{1, 2});
    CHECK(numbers.bytes ==
          (content.find("idx") != std::string::npos || name == "a-idx2-ubyte" || name == "a.gz"));
  }
  const std::string path = folder.put("two.npz", zipped({{"x.npy", array}, {"y.npy", array}}));
  CHECK(nn::read_numbers<float>(path + ":y").values.size() == 2);
  CHECK(nn::read_numbers<float>(path + ":y.npy").values.size() == 2);
  CHECK(message<FileError>([&] {
          return nn::read_numbers<float>(path + ":z");
        }).find(path + ": no array 'z'; it holds 2: x, y") == 0);
}

TEST_CASE("numbers: every bit of an archive counts") {
  // Damage must be noticed, by the checksum if by nothing else; a flip that changes no value is
  // one in a part that nobody reads, such as a date.
  const std::string good =
      zipped({{"x.npy", npy("<f4", "(50,)", raw(std::vector<float>(50, 1.5F)))}}, true);
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    try {
      const Array<float> x = nn::parse_npz<float>("a.npz", bad, "").values;
      CHECK(values(x) == std::vector<float>(50, 1.5F));
    } catch (const FileError&) {
      ++noticed;
    }
  }
  CHECK(noticed > good.size() / 3);
}

TEST_CASE("numbers: what an archive claims is bounded before it is believed") {
  const Folder folder;
  const std::string zeros = gzipped(std::string(std::size_t{300} << 20, '\0'));
  CHECK(zeros.size() < 400000);
  CHECK(message<FileError>([&] {
          return nn::read_numbers<float>(folder.put("zeros.npy.gz", zeros));
        }).find("unpacks to more than 268435456") != std::string::npos);
}

TEST_CASE("numbers: integers are those that the file has, or an error") {
  const Folder folder;
  const auto read = [&](const std::string& type, const std::string& bytes) {
    return message<FileError>(
        [&] { return nn::read_npy<std::int64_t>(folder.put("a.npy", npy(type, "(1,)", bytes))); });
  };
  CHECK(read("<f8", raw<double>({-0x1p63})) == "no error");
  for (const double bad : {0.7, 0x1p63, -0x1.8p63, 1e300, HUGE_VAL, std::nan("")})
    CHECK(read("<f8", raw<double>({bad})).find("expected whole numbers of at most 64 bits") !=
          std::string::npos);
  CHECK(read("<u8", raw<std::uint64_t>({UINT64_MAX})).find("expected whole numbers") !=
        std::string::npos);
  CHECK(read("<f4", raw<float>({1e30F})).find("expected whole numbers") != std::string::npos);
  CHECK(message<FileError>([&] {
          return nn::read_idx<std::int64_t>(
              folder.put("a", idx(14, {1}, swapped<double>({std::nan("")}))));
        }).find("expected whole numbers") != std::string::npos);
}

TEST_CASE("numbers: labels are whole numbers from 0, whatever they come from") {
  CHECK(values(nn::labels_from("l", Array<double>({2, 1}, {0, 999999}))) ==
        std::vector<std::int64_t>{0, 999999});
  for (const double bad : {-1.0, 0.7, 1e6, -2147483648.0, 1e300, std::nan(""), HUGE_VAL})
    CHECK(label_error({3, bad}).find("expected whole numbers from 0 to 999999") !=
          std::string::npos);
  std::vector<std::string> notes;
  CHECK(values(nn::labels_from("l", {"2", "0", "2.0"}, notes)) ==
        std::vector<std::int64_t>{2, 0, 2});
  CHECK(notes.empty());
  CHECK(values(nn::labels_from("l", {"b", "a", "b"}, notes)) == std::vector<std::int64_t>{1, 0, 1});
  CHECK(notes == std::vector<std::string>{"classes, numbered from 0: a, b"});
  CHECK(message<FileError>([&] {
          return nn::labels_from("l", {"1", "b"}, notes);
        }) == "l: label 'b'; expected a number, as others are");
  CHECK(message<FileError>([&] {
          return nn::labels_from("l", {"a", ""}, notes);
        }).find("missing ones") != std::string::npos);

  // The same in a folder of IDX files.
  const Folder folder;
  folder.put("train-images-idx3-ubyte", idx(8, {2, 1, 1}, "\1\2"));
  folder.put("._train-images-idx3-ubyte", "what a Macintosh leaves behind");
  for (const double bad : {std::nan(""), -2147483648.0, 0.7}) {
    folder.put("train-labels-idx1", idx(14, {2}, swapped<double>({1, bad})));
    CHECK(message<FileError>([&] {
            return nn::read_images<float>(folder.path(), "train");
          }).find("train-labels-idx1: label ") != std::string::npos);
  }
}

TEST_CASE("numbers: what is written is read again") {
  const Folder folder;
  const Array<float> x({2, 2}, {0.1F, -1e-30F, 3, 16777216});
  for (const char* name : {"x.npy", "x.csv", "X.CSV"}) {
    nn::write_numbers(folder.file(name), x);
    const Array<float> again = nn::read_numbers<float>(folder.file(name)).values;
    CHECK(again.shape() == x.shape());
    CHECK(values(again) == values(x));
  }
  CHECK(folder.get("x.csv") == "0.1,-1e-30\n3,1.6777216e+07\n");
  CHECK(message<Error>([&] {
          nn::write_numbers(folder.file("x.txt"), x);
          return 0;
        }).find("expected .npy or .csv") != std::string::npos);
}

} // namespace contractive::tests
