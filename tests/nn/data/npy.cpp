#include <contractive/nn/data/npy.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"
#include "support/random.hpp"

#include <cstring>
#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

// Version 1, padded as numpy pads it.
std::string npy(const std::string& dictionary, const std::string& data) {
  std::string header = dictionary;
  header.resize((10 + header.size()) / 64 * 64 + 64 - 11, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() % 256) +
         static_cast<char>(header.size() / 256) + header + data;
}

std::string dictionary(const std::string& type, bool fortran, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

template <class T> std::vector<T> values(const Array<T>& a) {
  return std::vector<T>(a.begin(), a.end());
}

} // namespace

TEST_CASE("npy: every type of number") {
  const Folder folder;
  const auto read = [&](const std::string& type, const std::string& data) {
    return values(
        nn::read_npy<double>(folder.put("a.npy", npy(dictionary(type, false, "(2,)"), data))));
  };
  using Values = std::vector<double>;
  CHECK(read("|u1", "\x01\xFF") == Values{1, 255});
  CHECK(read("|i1", "\x01\xFF") == Values{1, -1});
  CHECK(read("|b1", std::string("\x01\x00", 2)) == Values{1, 0});
  CHECK(read("<u2", std::string("\x01\x02\xFF\xFF", 4)) == Values{513, 65535});
  CHECK(read("<i2", std::string("\x01\x02\xFF\xFF", 4)) == Values{513, -1});
  CHECK(read(">i2", std::string("\x01\x02\xFF\xFF", 4)) == Values{258, -1});
  CHECK(read("<u4", std::string("\x01\x00\x00\x00\xFF\xFF\xFF\xFF", 8)) == Values{1, 4294967295});
  CHECK(read("<i4", std::string("\x01\x00\x00\x00\xFF\xFF\xFF\xFF", 8)) == Values{1, -1});
  CHECK(read("<i8", std::string("\x01\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16)) ==
        Values{1, -1});
  CHECK(read("<u8", std::string("\x01\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0", 16)) ==
        Values{1, 4294967296});
  CHECK(read("<f4", std::string("\x00\x00\xC0\x3F\x00\x00\x00\xC0", 8)) == Values{1.5, -2});
  CHECK(read(">f4", std::string("\x3F\xC0\x00\x00\xC0\x00\x00\x00", 8)) == Values{1.5, -2});
  CHECK(read("<f8", std::string("\0\0\0\0\0\0\xF8\x3F\0\0\0\0\0\0\0\xC0", 16)) == Values{1.5, -2});
}

TEST_CASE("npy: Fortran order, scalars and version 2") {
  const Folder folder;
  // Element (i, j, k) of (2, 3, 2) is 100 i + 10 j + k; the first axis varies fastest.
  std::string data;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        data += static_cast<char>(100 * i + 10 * j + k);
  const Indices cube = nn::read_npy<std::int64_t>(
      folder.put("a.npy", npy(dictionary("|u1", true, "(2, 3, 2)"), data)));
  CHECK(cube.shape() == Shape{2, 3, 2});
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 2; ++k)
        CHECK(cube(i, j, k) == 100 * i + 10 * j + k);
  const Array<float> scalar =
      nn::read_npy<float>(folder.put("b.npy", npy(dictionary("|u1", false, "()"), "\x05")));
  CHECK(scalar.rank() == 0);
  CHECK(scalar.item() == 5);
  const std::string first = npy(dictionary("|u1", false, "(1, 1)"), "\x05");
  std::string second = first.substr(0, 6) + std::string("\x02\x00", 2) + first.substr(8, 2) +
                       std::string(2, '\0') + first.substr(10);
  CHECK(nn::read_npy<float>(folder.put("c.npy", second)).shape() == Shape{1, 1});
}

TEST_CASE_TEMPLATE("npy: what is written is numpy's layout and comes back bit for bit", T, float,
                   double) {
  const Folder folder;
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{5}, Shape{3, 4}, Shape{2, 1, 3, 2}}) {
    CAPTURE(shape);
    const Array<T> array = random_array<T>(shape, 1);
    nn::write_npy(folder.file("a.npy"), array);
    const Array<T> back = nn::read_npy<T>(folder.file("a.npy"));
    CHECK(back.shape() == shape);
    CHECK((shape == Shape{0} ||
           std::memcmp(back.data(), array.data(), array.size() * sizeof(T)) == 0));
  }
  nn::write_npy(folder.file("a.npy"), random_array<T>({3, 4}, 1));
  const std::string bytes = folder.get("a.npy");
  CHECK(bytes.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10)); // 128 = 10 + 0x76
  CHECK(bytes.find(sizeof(T) == 4
                       ? "{'descr': '<f4', 'fortran_order': False, 'shape': (3,4,), }"
                       : "{'descr': '<f8', 'fortran_order': False, 'shape': (3,4,), }") == 10);
  CHECK(bytes[127] == '\n');
  CHECK(bytes.size() == 128 + 12 * sizeof(T));
}

TEST_CASE("npy: integers and masks come back") {
  const Folder folder;
  const Indices numbers{-1, 9223372036854775807, 3};
  nn::write_npy(folder.file("a.npy"), numbers);
  CHECK(values(nn::read_npy<std::int64_t>(folder.file("a.npy"))) == values(numbers));
  const Mask mask{true, false, true};
  nn::write_npy(folder.file("b.npy"), mask);
  CHECK(values(nn::read_npy<bool>(folder.file("b.npy"))) == values(mask));
}

TEST_CASE("npy: errors name the file") {
  const Folder folder;
  const auto error = [&](const std::string& bytes) {
    const std::string path = folder.put("a.npy", bytes);
    const std::string what = message<FileError>([&] { return nn::read_npy<float>(path); });
    return what.rfind(path, 0) == 0 ? what.substr(path.size()) : what;
  };
  CHECK(error("") == ": does not begin with numpy's magic; expected a .npy file of numbers");
  CHECK(error("1,2,3,4,5,6,7,8,9\n") ==
        ": does not begin with numpy's magic; expected a .npy file of numbers");
  CHECK(
      error(npy(dictionary("<f4", false, "(2, 3)"), std::string(20, 'x'))) ==
      ": header promises (2, 3) of 4 bytes each, the file has 20 bytes after its header; expected "
      "as many; is it complete?");
  CHECK(error(npy(dictionary("<f4", false, "(4294967296, 4294967296, 4)"), "")) ==
        ": header promises (4294967296, 4294967296, 4) of 4 bytes each, the file has 0 bytes after "
        "its header; expected as many; is it complete?");
  CHECK(error(npy(dictionary("<f1", false, "(1,)"), "x")) ==
        ": holds elements of type f1; expected a .npy file of numbers");
  for (const char version : {'\0', '\4'}) {
    std::string other = npy(dictionary("|u1", false, "(1,)"), "x");
    other[6] = version;
    CHECK(error(other) == detail::text(": is of version ", static_cast<int>(version),
                                       "; expected a .npy file of numbers"));
  }
  for (const char* const type : {"|O", "<c8", "<M8[ns]", "<f16", "<f"})
    CHECK(error(npy(dictionary(type, false, "(1,)"), "12345678")).find("is not understood") !=
          std::string::npos);
  CHECK(error(npy(dictionary("|u1", false, "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), "x"))
            .find("at most 8 axes") != std::string::npos);
  CHECK(error(npy(dictionary("|u1", false, "(1,)"), "x").substr(0, 60)) ==
        ": has a header of 118 bytes in a file of 60; expected a .npy file of numbers");
}

} // namespace contractive::tests
