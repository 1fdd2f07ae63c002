#include <contractive/nn/training/loss.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <cmath>

namespace contractive::nn {
namespace {

template <class T>
void require_same(const char* operation, const Variable<T>& a, const Variable<T>& b) {
  if (a.shape() != b.shape() || a.rank() == 0)
    throw ShapeError(operation, ": prediction ", a.shape(), ", target ", b.shape(),
                     "; expected the same shape, samples first");
}

template <class T> Variable<T> per_sample(const Variable<T>& x) {
  return sum(reshape(x, {x.shape()[0], x.shape().inner(0)}), 1);
}

// Element by element. softplus(z) - t z is infinity minus infinity, or 0 times it, where -log(1) or
// -log(0) is meant; the slopes sigmoid(z) - t are right everywhere.
template <class T>
Variable<T> with_infinite_logits(const Variable<T>& logits, const Variable<T>& target) {
  const Variable<T> z = logits.detach(), t = target.detach();
  const Array<T> finite = (softplus(z) - t * z).value();
  const auto value = Array<T>::make(z.shape(), [&](T* out) {
    for (std::size_t i = 0; i < z.size(); ++i) {
      const T at = z.value()[i], certain = at > 0 ? T(1) : T(0);
      out[i] = !std::isinf(at) ? finite[i] : t.value()[i] == certain ? T(0) : std::abs(at);
    }
  });
  return record("binary_cross_entropy", value,
                wrt(logits, [logits, target] { return sigmoid(logits) - target; }),
                wrt(target, [logits] { return -logits; }));
}

} // namespace

template <class T>
Variable<T> squared_error(const Variable<T>& prediction, const detail::Like<T>& target) {
  require_same("squared_error", prediction, target);
  return per_sample(square(prediction - target));
}

template <class T>
Variable<T> binary_cross_entropy(const Variable<T>& logits, const detail::Like<T>& target) {
  require_same("binary_cross_entropy", logits, target);
  if (!all_finite(logits.value()))
    return per_sample(with_infinite_logits(logits, target));
  return per_sample(softplus(logits) - target * logits);
}

template <class T>
Variable<T> softmax_cross_entropy(const Variable<T>& logits, const Indices& labels) {
  if (logits.rank() != 2 || labels.shape() != logits.shape().first(1))
    throw ShapeError("softmax_cross_entropy: logits ", logits.shape(), ", labels ", labels.shape(),
                     "; expected (B, classes) and (B)");
  const std::size_t samples = logits.shape()[0], classes = logits.shape()[1];
  for (std::size_t b = 0; b < samples; ++b) // gather() would count negative ones from the end
    if (labels[b] < 0 || static_cast<std::size_t>(labels[b]) >= classes)
      throw ShapeError("softmax_cross_entropy: label ", labels[b], " of sample ", b,
                       "; expected at least 0 and less than ", classes);
  const Variable<T> chosen = gather(log_softmax(logits), labels.reshaped({samples, 1}), 1);
  return -reshape(chosen, {samples});
}

template Variable<float> squared_error(const Variable<float>&, const Variable<float>&);
template Variable<double> squared_error(const Variable<double>&, const Variable<double>&);
template Variable<float> binary_cross_entropy(const Variable<float>&, const Variable<float>&);
template Variable<double> binary_cross_entropy(const Variable<double>&, const Variable<double>&);
template Variable<float> softmax_cross_entropy(const Variable<float>&, const Indices&);
template Variable<double> softmax_cross_entropy(const Variable<double>&, const Indices&);

} // namespace contractive::nn
