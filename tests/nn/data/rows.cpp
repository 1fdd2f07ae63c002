#include <contractive/nn/data/rows.hpp>

#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/file/file.hpp>

#include "support/archive.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>

namespace contractive::tests {
namespace {

using Numbers = std::vector<std::size_t>;

// 10 samples (2, 3), in memory and fetched.
Array<double> samples() {
  return Array<double>::make({10, 2, 3}, [](double* out) {
    for (int i = 0; i < 60; ++i)
      out[i] = i;
  });
}
nn::Rows<double> fetched() {
  return {10, {2, 3}, [](const Numbers& numbers) { return nn::take(samples(), numbers); }};
}

template <class T> bool same(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

// The cache is this folder for as long as it lives.
struct Cache {
  Folder folder;
  Cache() { setenv("XDG_CACHE_HOME", folder.path().c_str(), 1); }
  ~Cache() { unsetenv("XDG_CACHE_HOME"); }
  [[nodiscard]] std::size_t files() const {
    const std::string path = folder.file("contractive");
    return std::filesystem::exists(path) ? static_cast<std::size_t>(std::distance(
                                               std::filesystem::directory_iterator(path), {}))
                                         : 0;
  }
};

} // namespace

TEST_CASE("rows: fetched ones are as those in memory") {
  for (const nn::Rows<double>& rows : {nn::Rows<double>(samples()), fetched()}) {
    CHECK(rows.shape() == Shape{10, 2, 3});
    CHECK(rows.count() == 10);
    CHECK(same(rows.all(), samples()));
    CHECK(same(nn::take(rows, {7, 0, 7}), nn::take(samples(), {7, 0, 7})));
    CHECK(same(nn::take(rows, 3, 5), nn::take(samples(), 3, 5)));
    CHECK(same(nn::take_first(rows, 99), samples()));
    const nn::Rows<double> some = rows.range(2, 6);
    CHECK(same(some.all(), nn::take(samples(), 2, 6)));
    CHECK(same(some.range(1, 3).take({1}), nn::take(samples(), 4, 5)));
    const auto flat = some.each({6}, [](const Array<double>& batch) {
      return batch.reshaped({batch.shape()[0], 6});
    });
    CHECK(flat.shape() == Shape{4, 6});
    CHECK(flat.take({3})[5] == 35);
    CHECK(message<ShapeError>([&] { return rows.take({10}); }) ==
          "take: number 10 of samples (10, 2, 3); expected less than 10");
    CHECK(message<ShapeError>([&] { return rows.take(3, 11); }) ==
          "take: samples 3 to 11 of (10, 2, 3); expected first <= last <= their number");
    CHECK(message<ShapeError>([&] {
            return rows.range(4, 3);
          }).find("samples 4 to 3 of (10, 2, 3)") != std::string::npos);
  }
  CHECK(nn::Rows<float>().count() == 0);
  CHECK(message<ShapeError>([] { return nn::Rows<float>(Array<float>(1)); }) ==
        "rows: a scalar; expected samples along the first axis");
}

TEST_CASE("rows: whatever a file is, its rows are those that are read at once") {
  const Cache cache;
  const Folder folder;
  nn::write_npy(folder.file("a.npy"), samples());
  const std::string npy = nn::read_file(folder.file("a.npy"));
  folder.put("b.npy.gz", gzipped(npy));
  folder.put("c-idx", std::string("\0\0\x08\x02\0\0\0\x03\0\0\0\x02", 12) + "abcdef");
  folder.put("d.csv", "x,y\r\n1,2\r\n3,4.5\r\n\r\n-5,6e3\r\n");
  folder.put("e.csv.gz", gzipped("\xEF\xBB\xBF"
                                 "1;0,5\n2;3\n"));
  std::size_t made = 0;
  for (const char* name : {"a.npy", "b.npy.gz", "c-idx", "d.csv", "e.csv.gz"}) {
    CAPTURE(name);
    const std::string path = folder.file(name);
    const nn::Numbers<float> whole = nn::read_numbers<float>(path);
    const nn::OpenNumbers<float> open = nn::open_numbers<float>(path, {}, 0);
    CHECK(!open.rows.in_memory());
    CHECK(open.bytes == whole.bytes);
    CHECK(same(open.rows.all(), whole.values));
    CHECK(same(open.rows.take({2 % whole.values.shape()[0], 0}),
               nn::take(whole.values, {2 % whole.values.shape()[0], 0})));
    CHECK(nn::open_numbers<float>(path, {}, 1 << 20).rows.in_memory());
    const bool converted = std::string(name).find_first_of("bde") == 0;
    made += converted ? 1 : 0;
    CHECK(cache.files() == made);
    REQUIRE(open.notes.size() == (converted ? 1 : 0));
    if (!converted)
      continue;
    CHECK(open.notes[0].find("turned into ") == 0);
    const nn::OpenNumbers<float> again = nn::open_numbers<float>(path, {}, 0);
    CHECK(again.notes[0].find("read from ") == 0);
    CHECK(same(again.rows.all(), whole.values));
    CHECK(cache.files() == made);
  }
  // What is wrong with an archive's content is said of the archive.
  folder.put("short.npy.gz", gzipped(npy.substr(0, 300)));
  CHECK(message<FileError>([&] {
          return nn::open_numbers<float>(folder.file("short.npy.gz"), {}, 0);
        }).find(folder.file("short.npy.gz") + ": header promises (10, 2, 3)") == 0);
  // Other options, another table; another content, too.
  nn::TableOptions one;
  one.columns = "2";
  CHECK(nn::open_numbers<float>(folder.file("d.csv"), one, 0).rows.shape() == Shape{3, 1});
  folder.put("d.csv", "1,2\n3,4\n");
  CHECK(nn::open_numbers<float>(folder.file("d.csv"), {}, 0).rows.shape() == Shape{2, 2});
}

TEST_CASE("rows: a table is converted some megabytes at a time") {
  const Cache cache;
  const Folder folder;
  std::string lines = "a,label,b\n";
  std::size_t rows = 0;
  for (; lines.size() < (9 << 20); ++rows)
    lines += std::to_string(rows) + ",1," + std::to_string(rows % 97) + ".25\n";
  const std::string path = folder.put("long.csv", lines);
  const nn::OpenNumbers<double> open = nn::open_numbers<double>(path, {}, 1 << 20);
  CHECK(open.rows.shape() == Shape{rows, 2});
  CHECK(same(open.rows.all(), nn::read_numbers<double>(path).values));
  REQUIRE(open.notes.size() == 3);
  CHECK(open.notes[1] == "the labels of a table as large as this are left out");
  // A fault in the last line is named as it is where all is read at once, and nothing is left.
  const std::size_t before = cache.files();
  folder.put("long.csv", lines + "1,1\n");
  const auto error = [&](std::size_t memory) {
    return message<FileError>([&] { return nn::open_numbers<double>(path, {}, memory); });
  };
  CHECK(error(1 << 20) == error(1 << 30));
  CHECK(error(1 << 20) == detail::text(path, ": line ", rows + 2,
                                       " has 2 columns; expected 3 as in the lines before"));
  CHECK(cache.files() == before);
}

TEST_CASE("rows: a file that changes while it is in use is an error, and never other numbers") {
  const Folder folder;
  const std::string path = folder.file("a.npy");
  nn::write_npy(path, samples());
  const nn::Rows<double> rows = nn::open_numbers<double>(path, {}, 0).rows;
  CHECK(rows.take({9})[0] == 54);
  std::filesystem::resize_file(path, 200);
  CHECK(message<FileError>([&] { return rows.take({9}); }) ==
        path + ": has changed while it was in use; expected it to stay as it was");
  // A new file under the same name is another file: rows go on being those of the old one.
  nn::write_npy(path, samples());
  const nn::Rows<double> old = nn::open_numbers<double>(path, {}, 0).rows;
  nn::write_npy(path, Array<double>::zeros({10, 2, 3}));
  CHECK(old.take({9})[0] == 54);
  CHECK(message<FileError>([&] {
          return nn::open_numbers<double>(folder.file("none"), {}, 0);
        }).find("none: No such file") != std::string::npos);
}

} // namespace contractive::tests
