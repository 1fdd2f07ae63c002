// How much of its accuracy the norm keeps where Gram matrices cancel: every plan, in single
// precision, against its rows in double.
#include <contractive/autodiff/jacobian/plan.hpp>

#include "support/random.hpp"

#include <contractive/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace contractive::tests {
namespace {

// An encoder in either precision, on samples of this shape; its parameters' values are given.
struct Sensitive {
  std::string name;
  Shape sample;
  std::vector<Array<double>> parameters;
  std::function<Variable<float>(const Variable<float>&, const std::vector<Variable<float>>&)>
      single;
  std::function<Variable<double>(const Variable<double>&, const std::vector<Variable<double>>&)>
      exact;

  template <class F>
  Sensitive(const char* n, const Shape& s, std::vector<Array<double>> p, const F& f)
      : name(n), sample(s), parameters(std::move(p)), single(f), exact(f) {}
};

// (m, n) with columns that are equal but for a relative `spread`.
Array<double> alike(std::size_t m, std::size_t n, double spread, std::uint64_t seed) {
  const Array<double> column = random_array<double>({m, 1}, seed),
                      rest = random_array<double>({m, n}, seed + 1);
  return ((Variable<double>(column) + spread * Variable<double>(rest)) *
          (1.5 / std::sqrt(static_cast<double>(m))))
      .value();
}

std::vector<Sensitive> sensitive(double spread) {
  const auto full = [](std::size_t m, std::size_t n, std::uint64_t seed) {
    return alike(m, n, 1, seed);
  };
  const auto centred = [](const auto& a) { return a - mean(a, -1, KeepDims::yes); };
  return {
      {"centred",
       {96},
       {alike(96, 24, spread, 1), full(24, 16, 3)},
       [=](const auto& x, const auto& p) { return tanh(matmul(centred(matmul(x, p[0])), p[1])); }},
      {"layer norm",
       {96},
       {alike(96, 24, spread, 1), full(24, 16, 3)},
       [=](const auto& x, const auto& p) {
         const auto a = centred(matmul(x, p[0]));
         return tanh(matmul(a / sqrt(mean(square(a), -1, KeepDims::yes) + 1e-6f), p[1]));
       }},
      {"softmax",
       {96},
       {alike(96, 24, spread, 1), full(24, 16, 3)},
       [=](const auto& x, const auto& p) { return matmul(softmax(matmul(x, p[0])), p[1]); }},
      {"attention",
       {12, 8},
       {alike(8, 6, spread, 1), alike(8, 6, spread, 3), full(8, 6, 5)},
       [=](const auto& x, const auto& p) {
         const auto scores = matmul(matmul(x, p[0]), matmul(x, p[1]), Transpose::b);
         return matmul(softmax(scores), centred(matmul(x, p[2])));
       }},
      {"collapsed",
       {40},
       {full(40, 20, 1), alike(20, 12, spread, 3), full(12, 40, 5)},
       [=](const auto& x, const auto& p) {
         return tanh(matmul(centred(tanh(matmul(tanh(matmul(x, p[0])), p[1]))), p[2]));
       }},
  };
}

// The norms, their gradient in the parameters, and the gradient of a projection of that.
template <class T> struct Results {
  Array<double> value;
  std::vector<Array<double>> first, second;
};

template <class T, class F, class Norm>
Results<T> results(const Sensitive& e, const F& f, const Norm& norm) {
  Tape<T> tape;
  const Variable<T> x =
      tape.variable(random_array<double>(Shape{6} + e.sample, 7).template as<T>());
  std::vector<Variable<T>> p;
  for (const Array<double>& value : e.parameters)
    p.push_back(tape.variable(value.template as<T>()));
  const Variable<T> h = f(x, p), norms = norm(h, x);
  Results<T> all{norms.value().template as<double>(), {}, {}};
  const auto first = gradient<T>({sum(norms)}, p);
  Variable<T> projection(T(0));
  for (std::size_t i = 0; i < p.size(); ++i) {
    all.first.push_back(first[i].value().template as<double>());
    projection =
        projection +
        sum(first[i] * Variable<T>(random_array<double>(p[i].shape(), 20 + i).template as<T>()));
  }
  for (const auto& g : gradient<T>({projection}, p, CreateGraph::no))
    all.second.push_back(g.value().template as<double>());
  return all;
}

double distance(const std::vector<Array<double>>& a, const std::vector<Array<double>>& b) {
  double error = 0, size = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    for (std::size_t i = 0; i < a[k].size(); ++i) {
      error += (a[k][i] - b[k][i]) * (a[k][i] - b[k][i]);
      size += b[k][i] * b[k][i];
    }
  return std::sqrt(error / size);
}

template <class T> Variable<T> rows(const Variable<T>& h, const Variable<T>& x) {
  return sum(square(batch_jacobian(h, x)), {1, 2});
}

// How far each of them is from the other, normwise over the batch.
template <class T, class U> std::array<double, 3> errors(const Results<T>& a, const Results<U>& b) {
  return {distance({a.value}, {b.value}), distance(a.first, b.first), distance(a.second, b.second)};
}

// The errors of every plan are at most a few times those of rows, `allowed`, and 100 roundings.
template <class T, class F, class U>
void check_plans(const Sensitive& e, const F& f, const Results<U>& exact,
                 const std::array<double, 3>& allowed) {
  constexpr double eps = std::numeric_limits<T>::epsilon();
  std::vector<Plan> plans;
  const auto planner = [](const auto& h, const auto& x) {
    return std::make_shared<const Planner<T>>("test", h, x, JacobianOptions{});
  };
  static_cast<void>(results<T>(e, f, [&](const auto& h, const auto& x) {
    planner(h, x)->each_plan([&](const Plan& plan) { plans.push_back(plan); });
    plans.push_back(planner(h, x)->plan());
    return rows(h, x);
  }));
  for (const Plan& plan : plans) {
    const auto ours = errors(
        results<T>(e, f,
                   [&](const auto& h, const auto& x) { return squared_norm(planner(h, x), plan); }),
        exact);
    const int factor = &plan == &plans.back() ? 4 : 8; // of the plan that is chosen, and of others
    for (std::size_t order = 0; order < 3; ++order) {
      INFO(e.name << ", order " << order << ", plan " << &plan - plans.data() << " of "
                  << plans.size());
      CHECK(ours[order] <= factor * allowed[order] + 100 * eps);
    }
  }
}

} // namespace

TEST_CASE("accuracy: in single precision, plans are as good as rows are") {
  for (const double spread : {1.0, 1e-1, 1e-2, 1e-3})
    for (const Sensitive& e : sensitive(spread)) {
      INFO("spread " << spread);
      const auto exact = results<double>(e, e.exact, rows<double>);
      check_plans<float>(e, e.single, exact,
                         errors(results<float>(e, e.single, rows<float>), exact));
    }
}

// Rows are off by a rounding times the condition number, and how much of that shows is a matter of
// luck: swept from either end they may agree by more.
TEST_CASE("accuracy: in double precision, plans are as good as rows are") {
  for (const double spread : {1.0, 1e-2, 1e-4, 1e-6})
    for (const Sensitive& e : sensitive(spread)) {
      INFO("spread " << spread);
      const auto swept = [&](bool forward) {
        return results<double>(e, e.exact, [&](const auto& h, const auto& x) {
          const auto planner =
              std::make_shared<const Planner<double>>("test", h, x, JacobianOptions{});
          Plan plan;
          plan.rows = planner->whole(forward);
          return squared_norm(planner, plan);
        });
      };
      const auto reverse = swept(false);
      auto allowed = errors(swept(true), reverse);
      for (double& error : allowed)
        error = std::max(error, std::numeric_limits<double>::epsilon() / spread);
      check_plans<double>(e, e.exact, reverse, allowed);
    }
}

TEST_CASE("accuracy: a sample takes its rows where Gram matrices cancel, and only there") {
  const auto fallen_back = [](double spread, std::size_t budget, double& error) {
    Tape<float> tape;
    const Variable<float> x = tape.variable(random_array<float>({6, 784}, 1));
    const Variable<float> w = tape.variable(alike(784, 48, spread, 2).as<float>());
    const Variable<float> u = tape.variable(random_array<float>({48, 64}, 3));
    const Variable<float> a = matmul(x, w);
    const Variable<float> h = tanh(matmul(a - mean(a, -1, KeepDims::yes), u));
    const double expected = sum(rows(h, x)).item();
    const Position mark = tape.size();
    const JacobianOptions options{budget, CreateGraph::yes};
    CHECK(explain_jacobian(h, x, options).find("<A M, A>") != std::string::npos);
    error = std::abs(sum(jacobian_squared_norm(h, x, options)).item() / expected - 1);
    bool where = false;
    for (Position p = mark; p < tape.size(); ++p)
      where = where || tape.entry(p).operation == std::string("where");
    return where;
  };
  double error = 0;
  CHECK_FALSE(fallen_back(1, std::size_t{1} << 30, error));
  CHECK(error < 1e-5);
  CHECK(fallen_back(1e-4, std::size_t{1} << 30, error));
  CHECK(error < 1e-5); // from the Gram matrix it was 3.7 times as large, and negative
  CHECK(fallen_back(1e-4, std::size_t{1} << 18, error)); // in chunks
  CHECK(error < 1e-5);
}

} // namespace contractive::tests
