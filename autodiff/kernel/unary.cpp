#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

namespace contractive::kernel {
namespace {

// Chunks begin at multiples of 64 bytes, so what is rounded by vector code and what by the scalar
// tail depends on an element's position alone.
template <class T, class F> Array<T> map(const Array<T>& x, const F& f) {
  return Array<T>::make(x.shape(), [&](T* out) {
    for_chunks(x.size(), grain, [&](std::size_t begin, std::size_t end) {
      const std::array<std::size_t, 1> length{end - begin};
      const auto from = xt::adapt(x.data() + begin, length[0], xt::no_ownership(), length);
      auto to = xt::adapt(out + begin, length[0], xt::no_ownership(), length);
      xt::noalias(to) = f(from);
    });
  });
}

} // namespace

template <class T> Array<T> negate(const Array<T>& x) {
  return map(x, [](const auto& v) { return -v; });
}
template <class T> Array<T> exp(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::exp(v); });
}
template <class T> Array<T> log(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::log(v); });
}
template <class T> Array<T> log1p(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::log1p(v); });
}
template <class T> Array<T> expm1(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::expm1(v); });
}
template <class T> Array<T> sqrt(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::sqrt(v); });
}
template <class T> Array<T> square(const Array<T>& x) {
  return map(x, [](const auto& v) { return v * v; });
}
template <class T> Array<T> abs(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::abs(v); });
}
template <class T> Array<T> sin(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::sin(v); });
}
template <class T> Array<T> cos(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::cos(v); });
}
template <class T> Array<T> tanh(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::tanh(v); });
}
template <class T> Array<T> sigmoid(const Array<T>& x) {
  return map(x, [](const auto& v) { return T(1) / (T(1) + xt::exp(-v)); });
}
template <class T> Array<T> softplus(const Array<T>& x) { // max(x, 0) + log(1 + exp(-|x|))
  return map(x, [](const auto& v) { return xt::fmax(v, T(0)) + xt::log1p(xt::exp(-xt::abs(v))); });
}
template <class T> Array<T> erf(const Array<T>& x) {
  return map(x, [](const auto& v) { return xt::erf(v); });
}

template Array<float> negate(const Array<float>&);
template Array<float> exp(const Array<float>&);
template Array<float> log(const Array<float>&);
template Array<float> log1p(const Array<float>&);
template Array<float> expm1(const Array<float>&);
template Array<float> sqrt(const Array<float>&);
template Array<float> square(const Array<float>&);
template Array<float> abs(const Array<float>&);
template Array<float> sin(const Array<float>&);
template Array<float> cos(const Array<float>&);
template Array<float> tanh(const Array<float>&);
template Array<float> sigmoid(const Array<float>&);
template Array<float> softplus(const Array<float>&);
template Array<float> erf(const Array<float>&);
template Array<double> negate(const Array<double>&);
template Array<double> exp(const Array<double>&);
template Array<double> log(const Array<double>&);
template Array<double> log1p(const Array<double>&);
template Array<double> expm1(const Array<double>&);
template Array<double> sqrt(const Array<double>&);
template Array<double> square(const Array<double>&);
template Array<double> abs(const Array<double>&);
template Array<double> sin(const Array<double>&);
template Array<double> cos(const Array<double>&);
template Array<double> tanh(const Array<double>&);
template Array<double> sigmoid(const Array<double>&);
template Array<double> softplus(const Array<double>&);
template Array<double> erf(const Array<double>&);

} // namespace contractive::kernel
