#include "autodiff/operation/operations.hpp"

#include "support/random.hpp"
#include "support/sanitized.hpp"
#include "support/tolerance.hpp"

#include <doctest/doctest.h>
#include <iostream>
#include <set>

namespace contractive::tests {

void for_each_index(const Shape& shape, const std::function<void(const Shape&)>& f) {
  for (std::size_t i = 0; i < shape.elements(); ++i) {
    Shape index = shape;
    std::size_t rest = i;
    for (std::size_t axis = shape.rank(); axis-- > 0; rest /= shape[axis])
      index[axis] = rest % shape[axis];
    f(index);
  }
}

Real at(const Tensor& x, const Shape& index) {
  std::size_t offset = 0;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    const std::size_t i = index[index.rank() - x.rank() + axis];
    offset = offset * x.shape()[axis] + (x.shape()[axis] == 1 ? 0 : i);
  }
  return x[offset];
}

Tensor build(const Shape& shape, const std::function<Real(const Shape&)>& element) {
  std::vector<Real> elements;
  elements.reserve(shape.elements());
  for_each_index(shape, [&](const Shape& index) { elements.push_back(element(index)); });
  return Tensor(shape, std::move(elements));
}

std::vector<Row> all_rows() {
  std::vector<Row> all;
  for (const auto& rows : {elementwise_rows(), reduce_rows(), move_rows(), product_rows(),
                           image_rows(), linear_algebra_rows()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

namespace {

// Counts the (operation, shapes, check) triples that were checked, and says so at the end.
struct Counter {
  std::size_t count = 0;
  ~Counter() {
    if (count > 0)
      std::cout << "operations: " << count << " (operation, shapes, check) triples\n";
  }
} triples;

template <class T> using Arrays = std::vector<Array<T>>;

Arrays<double> inputs_of(const Row& row, const Shapes& shapes) {
  Arrays<double> inputs;
  for (const Shape& shape : shapes)
    inputs.push_back(random_array<double>(shape, 7 + inputs.size(), row.low, row.high));
  return inputs;
}

template <class T> Arrays<T> converted(const Arrays<double>& arrays) {
  Arrays<T> result;
  for (const auto& array : arrays)
    result.push_back(array.template as<T>());
  return result;
}

std::vector<Tensor> tensors(const Arrays<double>& arrays) {
  return std::vector<Tensor>(arrays.begin(), arrays.end());
}

template <class T> std::vector<Variable<T>> enter(Tape<T>& tape, const Arrays<T>& inputs) {
  std::vector<Variable<T>> x;
  for (const auto& input : inputs)
    x.push_back(tape.variable(input));
  return x;
}

// The shape (1, ...) of one of K rows.
template <class T> Array<T> row_of(const Array<T>& block, std::size_t k) {
  const Shape shape = block.shape().last(block.rank() - 1);
  return Array<T>::make(shape, [&](T* out) {
    std::copy_n(block.data() + k * shape.elements(), shape.elements(), out);
  });
}

template <class T> double dot(const Array<T>& a, const Array<T>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

void check(bool held, const Row& row, const Shapes& shapes, const std::string& what, double error,
           double tolerance) {
  ++triples.count;
  std::string all;
  for (const Shape& shape : shapes)
    all += detail::text(shape, " ");
  INFO(row.name << ", operands " << all << "(seed 7), " << what << ": error " << error
                << ", at most " << tolerance);
  CHECK(held);
}
void close(const Row& row, const Shapes& shapes, const std::string& what, double error,
           double tolerance) {
  check(error <= tolerance, row, shapes, what, error, tolerance);
}

enum class Blocks { of_each_length, small };

template <class T>
void check_first_order(const Row& row, const Shapes& shapes, const std::string& type,
                       Blocks blocks) {
  const Arrays<double> inputs = inputs_of(row, shapes);
  Tape<T> tape;
  const auto x = enter(tape, converted<T>(inputs));
  const Variable<T> y = row.operation(x);
  close(row, shapes, "value, " + type, difference(y.value(), row.naive(tensors(inputs)).rounded()),
        rounding<T>);

  const Array<T> u = random_array<T>(y.shape(), 11);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::string operand = type + ", operand " + std::to_string(i);
    const Array<T> t = random_array<T>(x[i].shape(), 13 + i);
    const Array<T> pushed = jvp(y, x[i], Variable<T>(t)).value();
    const Array<T> pulled = vjp(y, x[i], Variable<T>(u)).value();
    const double forward = dot(pushed, u), backward = dot(t, pulled);
    const double scale = 1 + std::abs(forward) + static_cast<double>(u.size() + t.size());
    close(row, shapes, "<Jt,u> = <t,J'u>, " + operand, std::abs(forward - backward) / scale,
          rounding<T>);

    std::set<std::size_t> counts{1, 2};
    for (const std::size_t length : x[i].shape() + y.shape().first(std::min<std::size_t>(
                                                       y.rank(), Shape::max_rank - x[i].rank())))
      if (length > 0 && blocks == Blocks::of_each_length)
        counts.insert(length);
    for (const std::size_t k : counts) {
      const Array<T> us = random_array<T>(Shape{k} + y.shape(), 17);
      const Array<T> ts = random_array<T>(Shape{k} + x[i].shape(), 19);
      const Array<T> down = vjp(y, x[i], Variable<T>(us)).value();
      const Array<T> up = jvp(y, x[i], Variable<T>(ts)).value();
      double worst = 0;
      for (std::size_t j = 0; j < k; ++j) {
        const Variable<T> one_u(row_of(us, j)), one_t(row_of(ts, j));
        worst = std::max(worst, difference(row_of(down, j), vjp(y, x[i], one_u).value()));
        worst = std::max(worst, difference(row_of(up, j), jvp(y, x[i], one_t).value()));
      }
      close(row, shapes, "K = " + std::to_string(k) + " at once, " + operand, worst, rounding<T>);
    }
  }
}

// A linear operation has no second derivative, and 0 = 0 proves nothing: from order 2 on, the
// result is cubed.
template <class T> Variable<T> cubed(const Row& row, const std::vector<Variable<T>>& x, int order) {
  const Variable<T> y = row.operation(x);
  return order == 1 ? y : y * y * y;
}

// The derivative of this order, contracted to a gradient: by gradients of gradients.
template <class T> Arrays<T> derived(const Row& row, const Arrays<T>& inputs, int order) {
  Tape<T> tape;
  const auto x = enter(tape, inputs);
  Variable<T> scalar = sum(cubed(row, x, order));
  std::vector<Variable<T>> gradients;
  for (int i = 1; i <= order; ++i) {
    gradients = gradient<T>({scalar}, x, CreateGraph::yes, Unreached::zeros);
    scalar = Variable<T>(T(0));
    for (std::size_t k = 0; k < x.size(); ++k)
      scalar = scalar + sum(gradients[k] * Variable<T>(random_array<T>(x[k].shape(), 23 + k)));
  }
  Arrays<T> result;
  for (const auto& g : gradients)
    result.push_back(g.value());
  return result;
}

// Blocks of cotangents and tangents through recorded gradients: rules of rules meet them too.
void check_gradients_at_once(const Row& row, const Shapes& shapes) {
  Tape<double> tape;
  const auto x = enter(tape, inputs_of(row, shapes));
  const auto gradients =
      gradient<double>({sum(cubed(row, x, 2))}, x, CreateGraph::yes, Unreached::zeros);
  constexpr std::size_t k = 3;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Variable<double>& g = gradients[i];
      const auto us = random_array<double>(Shape{k} + g.shape(), 31);
      const auto ts = random_array<double>(Shape{k} + x[j].shape(), 37);
      const Array<double> down = vjp(g, x[j], Variable<double>(us)).value();
      const Array<double> up = jvp(g, x[j], Variable<double>(ts)).value();
      double worst = 0;
      for (std::size_t n = 0; n < k; ++n) {
        const Variable<double> u(row_of(us, n)), t(row_of(ts, n));
        worst = std::max(worst, difference(row_of(down, n), vjp(g, x[j], u).value()));
        worst = std::max(worst, difference(row_of(up, n), jvp(g, x[j], t).value()));
      }
      close(row, shapes, detail::text("K through gradient ", i, ", operand ", j), worst,
            rounding<double>);
    }
}

void check_orders(const Row& row, const Shapes& shapes) {
  const Arrays<double> inputs = inputs_of(row, shapes);
  for (int order = 1; order <= (sanitized ? 2 : 3); ++order) {
    const auto f = [&](const std::vector<Variable<double>>& v) { return cubed(row, v, order); };
    const GradientReport report = check_gradient<double>(f, inputs, order, {0, central, 29});
    INFO(report.summary());
    check(report.passed, row, shapes, "central differences, order " + std::to_string(order),
          report.error, central);
    const auto exact = derived<double>(row, inputs, order);
    const auto rounded = derived<float>(row, converted<float>(inputs), order);
    double worst = 0;
    for (std::size_t i = 0; i < exact.size(); ++i)
      worst = std::max(worst, difference(rounded[i], exact[i]));
    close(row, shapes, "float against double, order " + std::to_string(order), worst,
          float_derivative[order]);
  }
}

void check_errors(const Row& row) {
  for (const Shapes& shapes : row.must_throw) {
    bool thrown = false;
    try {
      Arrays<double> inputs = inputs_of(row, shapes);
      static_cast<void>(row.operation(std::vector<Variable<double>>(inputs.begin(), inputs.end())));
    } catch (const ShapeError&) {
      thrown = true;
    }
    check(thrown, row, shapes, "must throw a ShapeError", 0, 0);
  }
}

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    SUBCASE(row.name.c_str()) {
      for (const Shapes& shapes : row.operands) {
        check_first_order<double>(row, shapes, "double", Blocks::of_each_length);
        check_first_order<float>(row, shapes, "float", Blocks::of_each_length);
        check_gradients_at_once(row, shapes);
        check_orders(row, shapes);
      }
      for (const Shapes& shapes : row.large) {
        check_first_order<double>(row, shapes, "double", Blocks::small);
        check_first_order<float>(row, shapes, "float", Blocks::small);
      }
      check_errors(row);
    }
}

} // namespace

TEST_CASE("operations: elementwise") { check_rows(elementwise_rows()); }
TEST_CASE("operations: reduce") { check_rows(reduce_rows()); }
TEST_CASE("operations: move") { check_rows(move_rows()); }
TEST_CASE("operations: product") { check_rows(product_rows()); }
TEST_CASE("operations: image") { check_rows(image_rows()); }
TEST_CASE("operations: linear algebra") { check_rows(linear_algebra_rows()); }

} // namespace contractive::tests
