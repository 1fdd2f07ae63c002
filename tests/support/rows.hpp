#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <functional>

namespace contractive::tests {

/// The loop that a penalty is held against: each sample alone, one gradient per unit of the code.
/// Knows nothing of blocks, labels or leading axes. f takes (1, ...) -> Jacobians (B, s, d).
template <class T>
Array<T> jacobian_by_rows(const std::function<Variable<T>(const Variable<T>&)>& f,
                          const Array<T>& x) {
  const std::size_t samples = x.shape()[0], d = x.shape().inner(0);
  std::vector<T> all;
  std::size_t s = 0;
  for (std::size_t b = 0; b < samples; ++b) {
    Tape<T> tape;
    const Variable<T> one =
        tape.variable(Array<T>::make(Shape{1} + x.shape().last(x.rank() - 1),
                                     [&](T* out) { std::copy_n(x.data() + b * d, d, out); }));
    const Variable<T> h = f(one);
    s = h.size();
    const Variable<T> flat = reshape(h, {s});
    for (std::size_t j = 0; j < s; ++j) {
      const auto row = static_cast<std::ptrdiff_t>(j);
      const Variable<T> g =
          gradient(sum(slice(flat, 0, {row, row + 1})), one, CreateGraph::no, Unreached::zeros);
      all.insert(all.end(), g.value().begin(), g.value().end());
    }
  }
  return Array<T>({samples, s, d}, all);
}

} // namespace contractive::tests
