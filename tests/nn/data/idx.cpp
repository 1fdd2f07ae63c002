#include <contractive/nn/data/idx.hpp>

#include <contractive/nn/file/file.hpp>

#include "support/archive.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

// A header with these axes: 0, 0, type, rank, then each length big-endian.
std::string header(char type, const std::vector<std::uint32_t>& axes) {
  std::string bytes{0, 0, type, static_cast<char>(axes.size())};
  for (const std::uint32_t length : axes)
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(length >> shift & 255U);
  return bytes;
}

std::vector<double> values(const Array<double>& a) { return {a.begin(), a.end()}; }

std::string read_error(const std::string& path) {
  const std::string what = message<FileError>([&] { return nn::read_idx<float>(path); });
  return what.rfind(path, 0) == 0 ? what.substr(path.size()) : what;
}

} // namespace

TEST_CASE("idx: every type of element, big-endian") {
  const Folder folder;
  const auto read = [&](const std::string& bytes) {
    return values(nn::read_idx<double>(folder.put("a", bytes)));
  };
  using Values = std::vector<double>;
  CHECK(read(header(8, {3}) + std::string("\x00\x7F\xFF", 3)) == Values{0, 127, 255});
  CHECK(read(header(9, {2}) + std::string("\x7F\xFE", 2)) == Values{127, -2});
  CHECK(read(header(11, {2}) + std::string("\x01\x02\xFF\xFE", 4)) == Values{258, -2});
  CHECK(read(header(12, {2}) + std::string("\x00\x01\x00\x02\xFF\xFF\xFF\xFE", 8)) ==
        Values{65538, -2});
  CHECK(read(header(13, {1}) + std::string("\x3F\xC0\x00\x00", 4)) == Values{1.5});
  CHECK(read(header(14, {1}) + std::string("\xBF\xF8\x00\x00\x00\x00\x00\x00", 8)) == Values{-1.5});
}

TEST_CASE("idx: ranks from 1 to 8, plain and gzip whatever the name") {
  const Folder folder;
  for (std::size_t rank = 1; rank <= 8; ++rank) {
    CAPTURE(rank);
    std::vector<std::uint32_t> axes(rank, 1);
    axes.front() = 2;
    axes.back() = rank == 1 ? 2 : 3;
    const std::string bytes = header(8, axes) + (rank == 1 ? "ab" : "abcdef");
    const Array<float> plain = nn::read_idx<float>(folder.put("plain.gz", bytes));
    CHECK(plain.shape() == Shape(axes.begin(), axes.end()));
    CHECK(plain[1] == 'b');
    const Indices unzipped = nn::read_idx<std::int64_t>(folder.put("zipped", gzipped(bytes)));
    CHECK(unzipped.shape() == plain.shape());
    CHECK(std::equal(plain.begin(), plain.end(), unzipped.begin()));
  }
  CHECK(nn::read_idx<float>(folder.put("none", header(8, {0, 28, 28}))).shape() ==
        Shape{0, 28, 28});
}

TEST_CASE("idx: errors say what the header promised and what the file has") {
  const Folder folder;
  const std::string images = header(8, {60000, 28, 28});
  std::string half = images;
  half.resize(images.size() + 31457264, 'x');
  CHECK(read_error(folder.put("short", half)) ==
        ": header promises 60000 x 28 x 28 = 47040000 bytes, the file ends after 31457264; is the "
        "download complete?");
  CHECK(read_error(folder.put("long", header(12, {2}) + std::string(9, 'x'))) ==
        ": header promises 2 x 4 = 8 bytes, the file has 9; expected no more");
  // 2^32 - 1 in eight axes: more than 2^255 elements. No such array may be asked for.
  CHECK(read_error(folder.put("huge", header(14, std::vector<std::uint32_t>(8, 4294967295U)))) ==
        ": header promises 4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x "
        "4294967295 x 4294967295 x 4294967295 x 8 = 9.26337e+77 bytes, the file ends after 0; is "
        "the download complete?");
  // 2^32 x 2^32 would be 0 in 64 bits, and so agree with a file without data.
  CHECK(read_error(folder.put("wraps", header(8, {2147483648U, 2147483648U, 4}))) ==
        ": header promises 2147483648 x 2147483648 x 4 = 1.84467e+19 bytes, the file ends after 0; "
        "is the download complete?");
  CHECK(read_error(folder.put("rank", header(8, std::vector<std::uint32_t>(9, 1)) + "x")) ==
        ": header promises 9 axes; expected 1 to 8");
  CHECK(read_error(folder.put("scalar", header(8, {}) + "x")) ==
        ": header promises 0 axes; expected 1 to 8");
  CHECK(read_error(folder.put("header", images.substr(0, 9))) ==
        ": the file ends after 9 bytes, within its header; is the download complete?");
  const std::string magic =
      ": not an IDX file; expected it to begin with the bytes 0 0, a type (8, "
      "9, 11 to 14) and the number of axes";
  CHECK(read_error(folder.put("page", "<html>not found</html>")) == magic);
  CHECK(read_error(folder.put("type", header(10, {1}) + "x")) == magic);
  CHECK(read_error(folder.put("empty", "")) == magic);
  CHECK(read_error(folder.file("missing")) == ": No such file or directory; expected a file");
  CHECK(read_error(folder.path()) == ": is a folder; expected a file");
}

TEST_CASE("idx: a truncated or damaged archive") {
  const Folder folder;
  std::string bytes = header(8, {64, 64, 64});
  for (std::uint32_t i = 0; i < 64 * 64 * 64; ++i) // hardly compressible
    bytes += static_cast<char>(i * 2654435761U >> 24);
  const std::string archive = gzipped(bytes);
  CHECK(nn::read_idx<float>(folder.put("whole", archive)).size() == 64 * 64 * 64);
  const std::string half = read_error(folder.put("half", archive.substr(0, archive.size() / 2)));
  CHECK(half.find(": the compressed data end early, after ") == 0);
  CHECK(half.find("; is the download complete?") != std::string::npos);
  CHECK(read_error(folder.put("tail", archive.substr(0, archive.size() - 3)))
            .find(": the compressed data end early") == 0);
  std::string flipped = archive;
  flipped[archive.size() - 6] ^= 1; // in the checksum
  CHECK(read_error(folder.put("flipped", flipped)).find("expected a sound file") !=
        std::string::npos);
}

TEST_CASE("idx: the parts of a folder") {
  const Folder folder;
  const std::string train = header(8, {2, 1, 2}) + std::string("\x00\xFF\x33\x66", 4);
  folder.put("readme.txt", "digits");
  folder.put("train-images-idx3-ubyte.gz", gzipped(train));
  folder.put("train-labels-idx1-ubyte", header(8, {2}) + std::string("\x07\x03", 2));
  folder.put("t10k-images-idx3-ubyte", header(8, {1, 1, 2}) + std::string("\xFF\x00", 2));
  const nn::Labelled<double> images = nn::read_images<double>(folder.path(), "train");
  CHECK(images.x.shape() == Shape{2, 1, 2});
  CHECK(values(images.x) == std::vector<double>{0, 1, 51 / 255.0, 102 / 255.0});
  CHECK(images.labels[0] == 7);
  CHECK(images.labels[1] == 3);
  for (const char* const part : {"t10k", "test"}) {
    const nn::Labelled<float> test = nn::read_images<float>(folder.path(), part);
    CHECK(test.x.shape() == Shape{1, 1, 2});
    CHECK(test.labels.size() == 0);
  }
  const auto error = [&] {
    return message<FileError>([&] { return nn::read_images<float>(folder.path(), "train"); });
  };
  folder.put("train-images-idx3-ubyte", train); // goes before its archive
  CHECK(error() == "no error");
  folder.put("letters-train-images-idx3-ubyte", train);
  CHECK(error() == folder.path() + ": both letters-train-images-idx3-ubyte and "
                                   "train-images-idx3-ubyte could be 'train'; expected one; give "
                                   "the file itself or keep them in two folders");
  std::filesystem::remove(folder.file("letters-train-images-idx3-ubyte"));
  folder.put("train-labels-idx1-ubyte", header(8, {1}) + "\x07");
  CHECK(error() == folder.file("train-labels-idx1-ubyte") + ": 1 labels for 2 images in " +
                       folder.file("train-images-idx3-ubyte") + "; expected as many");
  folder.put("train-images-idx3-ubyte", "<html>");
  CHECK(error().find("train-images-idx3-ubyte: not an IDX file") != std::string::npos);
}

TEST_CASE("idx: folders without the usual names") {
  const Folder folder;
  const auto error = [&](const std::string& part) {
    return message<FileError>([&] { return nn::read_images<float>(folder.path(), part); });
  };
  CHECK(error("train") == folder.path() + ": no images for 'train' among 0 files; expected an IDX "
                                          "file like train-images-idx3-ubyte");
  folder.put("leaves", header(13, {1, 1, 1}) + std::string("\x40\x00\x00\x00", 4));
  CHECK(nn::read_images<float>(folder.path(), "train").x.item() == 2); // no byte: not scaled
  CHECK(error("test").find("no images for 'test' among 1 files") != std::string::npos);
  CHECK(message<FileError>([&] { return nn::read_images<float>(folder.file("none"), "train"); }) ==
        folder.file("none") + ": No such file or directory; expected a folder of IDX files");
}

} // namespace contractive::tests
