#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>

// The ends of each function's domain and range, in both types: values within 4 units in the last
// place of the standard library's, derivatives to order 3 within 16 epsilon of the exact ones'
// size near by.
namespace contractive::tests {

template <class T> constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T> constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T> std::vector<T> ends() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> all{T(0)};
  for (const T x : {Limits::denorm_min(), Limits::min() / 3, Limits::min(), Limits::max() / 3,
                    Limits::max(), infinity<T>})
    all.push_back(x);
  const std::size_t positive = all.size();
  for (std::size_t i = 0; i < positive; ++i)
    all.push_back(-all[i]);
  all.push_back(nan<T>);
  return all;
}

template <class T> using Function = std::function<Variable<T>(const Variable<T>&)>;

// f and its derivatives to order 3 at x.
template <class T> std::vector<T> derivatives(const Function<T>& f, T x) {
  std::vector<T> result{f(Variable<T>(x)).item()};
  Function<T> g = f;
  for (int order = 1; order <= 3; ++order) {
    g = [g](const Variable<T>& v) { return gradient(g, v); };
    result.push_back(g(Variable<T>(x)).item());
  }
  return result;
}

using Reference = std::function<long double(long double)>;
using Derivatives = std::vector<Reference>; // of orders 1 to 3

template <class T> bool same(T a, T b) { return a == b || (std::isnan(a) && std::isnan(b)); }

template <class T>
void check_ends(const std::string& name, const Function<T>& f, const std::function<T(T)>& value,
                const Derivatives& exact) {
  for (const T x : ends<T>()) {
    const std::vector<T> found = derivatives<T>(f, x);
    const T expected = value(x);
    INFO(name << " of " << (sizeof(T) == 4 ? "float " : "double ") << x << ": " << found[0] << ", "
              << found[1] << ", " << found[2] << ", " << found[3] << "; expected " << expected);
    const T unit = std::nextafter(std::abs(expected), infinity<T>) - std::abs(expected);
    CHECK((same(found[0], expected) || std::abs(found[0] - expected) <= 4 * unit));
    for (std::size_t k = 1; k <= 3; ++k) {
      const T at = static_cast<T>(exact[k - 1](static_cast<long double>(x)));
      INFO("order " << k << ", expected " << at);
      if (same(found[k], at))
        continue;
      long double size = std::abs(static_cast<long double>(at));
      if (std::abs(x) < 1e6) // beyond, x - 1 and x + 1 are x
        for (int i = -8; i <= 8; ++i) {
          const long double near = std::abs(exact[k - 1](static_cast<long double>(x) + i / 8.0L));
          size = std::isfinite(near) ? std::max(size, near) : size;
        }
      CHECK(std::abs(static_cast<long double>(found[k]) - at) <=
            16 * std::numeric_limits<T>::epsilon() * size);
    }
  }
}

// Of a function in both types.
template <class F, class G>
void check_both(const std::string& name, const F& f, const G& value, const Derivatives& exact) {
  check_ends<float>(name, f, value, exact);
  check_ends<double>(name, f, value, exact);
}

} // namespace contractive::tests
