#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <cstdint>
#include <doctest/doctest.h>
#include <xtensor/xmath.hpp>

namespace contractive::tests {

TEST_CASE("array: shapes, elements and errors") {
  const Array<double> a({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(a(1, 2) == 6);
  CHECK(a.reshaped({3, 2})(2, 1) == 6);
  CHECK(a.reshaped({3, 2}).data() == a.data()); // the same buffer
  CHECK(reinterpret_cast<std::uintptr_t>(a.data()) % 64 == 0);
  CHECK(Array<double>().shape() == Shape{0});
  CHECK(Array<double>(2.5).item() == 2.5);
  CHECK(Array<double>(2.5).reshaped({1, 1})(0, 0) == 2.5);
  CHECK(message<ShapeError>([&] { return a.item(); }) ==
        "item: shape (2, 3) has 6 elements; expected one");
  CHECK(message<ShapeError>([&] { return a.reshaped({4}); }) ==
        "reshape: (2, 3) to (4); expected 6 elements, not 4");
  CHECK(message<ShapeError>([&] { return a(2, 0); }) == "array: index (2, 0) into shape (2, 3)");
  CHECK(message<ShapeError>([&] { return a(1); }) == "array: index (1) into shape (2, 3)");
  CHECK(message<ShapeError>([] { return Array<double>({2}, {1}); }) ==
        "array: 1 values for shape (2); expected 2");
  CHECK(message<ShapeError>([] {
          return Shape{1, 1, 1, 1, 1, 1, 1, 1, 1};
        }).find("at most 8 axes") != std::string::npos);
}

TEST_CASE("array: a scalar lives in its handle") {
  const std::size_t in_use = storage::usage().in_use;
  Array<double> a(2.5);
  const Array<double> copy = a;
  const auto* const begin = reinterpret_cast<const char*>(&copy);
  const auto* const at = reinterpret_cast<const char*>(copy.data());
  CHECK((at >= begin && at < begin + sizeof copy));
  CHECK(copy.data() != a.data());
  const Array<double> moved = std::move(a);
  CHECK(moved.item() == 2.5);
  CHECK(a.shape() == Shape{0}); // NOLINT: what was moved from is empty
  CHECK(a.size() == 0);
  CHECK(a.data() == nullptr);
  CHECK(storage::usage().in_use == in_use);
  a = Array<double>{1, 2};
  CHECK(a.end()[-1] == 2);
  a = copy; // and no longer the vector
  CHECK(a.item() == 2.5);
  CHECK(a.rank() == 0);
  CHECK(a.end() - a.begin() == 1);
  std::vector<Array<double>> many; // which moves its elements as it grows
  for (int i = 0; i < 100; ++i)
    many.emplace_back(i);
  CHECK(many[57].item() == 57);
  CHECK(Mask(true).item());
}

TEST_CASE("array: between a scalar and one element of higher rank a reshape copies") {
  Array<double> one = Array<double>(2.5).reshaped({1, 1}); // of a handle that is gone
  CHECK(one(0, 0) == 2.5);
  const Array<double> scalar = one.reshaped({});
  CHECK(one.reshaped({}).same(2.5));
  CHECK(one.reshaped({1}).data() == one.data());
  one = Array<double>();
  CHECK(scalar.item() == 2.5);
  CHECK(scalar.reshaped({}).item() == 2.5);
  CHECK(message<ShapeError>([] { return Array<double>().reshaped({}); }) ==
        "reshape: (0) to (); expected 0 elements, not 1");
}

TEST_CASE("array: a buffer lives as long as any shape that it is seen in") {
  Array<double> a({2, 3}, {1, 2, 3, 4, 5, 6});
  const double* const data = a.data();
  for (int i = 0; i < 1000000; ++i) // as many handles, one behind the other, would go recursively
    a = a.reshaped(i % 2 ? Shape{2, 3} : Shape{3, 2});
  CHECK(a.data() == data);
  CHECK(a(1, 2) == 6);
}

TEST_CASE("array: which are the same") {
  const Array<double> a{1, 2}, copy = a, equal{1, 2}, nan(std::nan(""));
  CHECK(a.same(copy));
  CHECK_FALSE(a.same(equal));
  CHECK_FALSE(a.same(a.reshaped({1, 2})));
  CHECK(Array<double>(3.0).same(3.0));
  CHECK_FALSE(Array<double>(3.0).same(4.0));
  CHECK_FALSE(Array<double>(0.0).same(-0.0));
  CHECK_FALSE(Array<double>(3.0).same(Array<double>{3}));
  CHECK(nan.same(Array<double>(nan)));
  CHECK(Array<double>().same({}));
}

TEST_CASE("array: printing") {
  CHECK(detail::text(Array<double>({2, 2}, {1, 2, 3, 4.5})) == "[[1, 2],\n [3, 4.5]]");
  CHECK(detail::text(Array<double>{0, 1, 2, 3, 4, 5, 6, 7}) == "[0, 1, 2, ..., 5, 6, 7]");
  CHECK(detail::text(Array<double>(3.0)) == "3");
  CHECK(detail::text(Array<double>()) == "[]");
  const double nan = std::nan("");
  CHECK(detail::text(nan, -nan, Array<double>{nan, -nan}) == "nannan[nan, nan]");
  CHECK(detail::text(Variable<double>(3.0)) == "constant 3");
  Tape<double> tape;
  CHECK(detail::text(tape.variable(3.0)) == "variable 3");
}

TEST_CASE("array: masks and indices are plain values") {
  const Variable<double> x(Array<double>({2, 3}, {1, 5, 2, 7, 7, 0}));
  CHECK(detail::text(x > 2.0) == "[[0, 1, 0],\n [1, 1, 0]]");
  CHECK(detail::text(argmax(x.value(), 1)) == "[1, 0]");
  CHECK(argmax(x.value(), 0, KeepDims::yes).shape() == Shape{1, 3});
  CHECK(all_finite(x.value()));
  CHECK_FALSE(all_finite(Array<double>{1, std::nan("")}));
}

TEST_CASE("array: errors of operations name the operation, the shapes and the way out") {
  const Variable<double> a(Array<double>::zeros({128, 784})), b(Array<double>::zeros({500, 784}));
  CHECK(message<ShapeError>([&] { return matmul(a, b); }) ==
        "matmul: a (128, 784), b (500, 784): inner axes 784 and 500 differ; did you mean "
        "Transpose::b?");
  CHECK(message<ShapeError>([&] { return a + b; }) ==
        "add: shapes (128, 784) and (500, 784) do not broadcast; axis -2 has 128 and 500, expected "
        "equal lengths or 1");
  CHECK(message<ShapeError>([&] { return sum(a, 2); }) ==
        "sum: axis 2 of an array of rank 2; expected -2 to 1");
  CHECK(message<ShapeError>([&] {
          return sum(a, {0, -2});
        }) == "sum: axis -2 is named twice; expected distinct axes");
  CHECK(message<ShapeError>([&] { return gather(a, Indices{200}); }) ==
        "gather: index 200 on axis 0 of shape (128, 784); expected -128 to 127");
  CHECK(message<Error>([&] { return clip(a, 1.0, 0.0); }) ==
        "clip: limits 1 and 0; expected low <= high");
  CHECK(message<ShapeError>([&] { return softmax(Variable<double>(1.0)); }) ==
        "softmax: axis -1 of a scalar; expected an array with axes");
  CHECK(message<ShapeError>([&] { return log_softmax(a, 3); }).find("log_softmax: axis 3") == 0);
  CHECK(message<ShapeError>([&] { return logsumexp(a, -3); }).find("logsumexp: axis -3") == 0);
  CHECK(message<ShapeError>([&] { return mean(a, 2); }).find("mean: axis 2") == 0);
  const Variable<double> image(Array<double>::zeros({2, 3, 4, 8}));
  CHECK(message<ShapeError>([&] {
          return fold(image, {2, 2, 1, 0}, 5, 7);
        }) ==
        "fold: patches (2, 3, 4, 8) for an image of 5 x 7; expected (..., 4, 6, 4 * channels)");
  CHECK(
      message<ShapeError>([&] {
        return unfold(image, {5, 2, 1, 0});
      }) ==
      "unfold: window 5 x 2, stride 1, padding 0 on an image of 3 x 4; expected a positive window "
      "that fits, and a stride");
  CHECK(message<ShapeError>([&] {
          return conv_transpose2d(image, Variable<double>(Array<double>::zeros({2, 2, 5, 8})), 1, 0,
                                  6, 8);
        }) == "conv_transpose2d: x (2, 3, 4, 8) for an image of 6 x 8; expected (..., 5, 7, 8)");
  CHECK(message<ShapeError>([&] {
          return matmul(Variable<double>(2.0), Array<double>::zeros({2, 2}));
        }) == "matmul: a (), b (2, 2); expected no scalars");
}

TEST_CASE("xtensor: any expression becomes an array, any array an expression, without a copy") {
  const Array<double> a({2, 2}, {1, 2, 3, 4});
  const auto view = as_xtensor(a);
  CHECK(&view(0, 0) == a.data());
  const Array<double> b = from_xtensor<double>(xt::exp(view) + 1.0);
  CHECK(b.shape() == a.shape());
  CHECK(b(1, 1) == doctest::Approx(std::exp(4.0) + 1));
}

} // namespace contractive::tests
