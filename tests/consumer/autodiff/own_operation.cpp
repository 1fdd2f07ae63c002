#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <contractive/autodiff/autodiff.hpp>
#include <doctest/doctest.h>

using namespace contractive;

// x / (1 + |x|), whose derivative is 1 / (1 + |x|)^2.
template <class T> Variable<T> softsign(const Variable<T>& x) {
  const Variable<T> value = x.detach() / (T(1) + abs(x.detach()));
  return record("softsign", value.value(),
                wrt(x, [x] { return Diagonal<T>{T(1) / square(T(1) + abs(x))}; }));
}

TEST_CASE("softsign: derivatives to order 3") {
  const Array<double> x{-2, 0.5, 3};
  for (const int order : {1, 2, 3})
    CHECK(check_gradient(softsign<double>, {x}, order));
}
