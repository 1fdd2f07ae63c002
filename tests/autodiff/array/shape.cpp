#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>
#include <new>

namespace contractive::tests {
using V = Variable<double>;

TEST_CASE("shape: a size that cannot be is refused before memory is asked for") {
  constexpr std::size_t big = std::size_t{1} << 33;
  for (const Shape& shape :
       {Shape{std::size_t{1} << 61}, Shape{big, big}, Shape{big, 0, big}, Shape{Shape::infer, 2}}) {
    const std::string error = message<ShapeError>([&] { return Array<double>::zeros(shape); });
    CHECK(error.find("too many elements; expected at most 1152921504606846975") !=
          std::string::npos);
    CHECK(message<ShapeError>([&] { return Array<bool>(shape, {}); }) == error);
    CHECK(message<ShapeError>([&] { return Array<double>().reshaped(shape); }) == error);
    CHECK(message<ShapeError>([&] { return broadcast_to(V(1.0), shape); }) == error);
  }
  CHECK(message<ShapeError>([&] {
          return reshape(V(Array<double>()), {big, big});
        }).find("too many elements") != std::string::npos);
  for (const std::size_t before : {std::size_t{1} << 62, Shape::infer - 1}) // wraps to 0
    CHECK(message<ShapeError>([&] {
            return pad(V(Array<double>{1, 2}), {{before, 0}});
          }).find("elements around shape (2); expected fewer") != std::string::npos);
  CHECK((Shape{std::size_t{1} << 20, 0}).elements() == 0);
  CHECK((Shape{std::size_t{1} << 59}).elements() == std::size_t{1} << 59);
  CHECK((Shape{(std::size_t{1} << 59) + 1, 0}).elements() == 0);
}

TEST_CASE("shape: a scalar has no last axis") {
  CHECK(message<ShapeError>([] { return Shape().back(); }) ==
        "shape: the last axis of a scalar; expected at least one axis");
}

TEST_CASE("shape: sides that BLAS cannot count are refused") {
  const std::size_t side = std::size_t{1} << 31;
  try { // 4 GiB that nobody touches
    const auto column = Array<float>::make({side, 1}, [](float*) {});
    const auto row = column.reshaped({1, side});
    const Variable<float> a(row), b(column);
    CHECK(message<ShapeError>([&] { return matmul(a, b); }) ==
          "matmul: a side of 2147483648; expected less than 2^31, which BLAS can count");
  } catch (const std::bad_alloc&) {
    MESSAGE("skipped: no 8 GiB of address space");
  }
}

} // namespace contractive::tests
