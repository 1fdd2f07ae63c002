#include <contractive/nn/layer/linear.hpp>

#include <contractive/autodiff/operation/product.hpp>

namespace contractive::nn {

template <class T>
Linear<T>::Linear(std::size_t in, std::size_t out, Random& random, Init init, Bias with)
    : weight("weight", initial<T>(init, {in, out}, in, out, random)),
      bias("bias", Array<T>::zeros({out})), has_bias_(with == Bias::yes) {}

template <class T> Variable<T> Linear<T>::operator()(const Variable<T>& x) const {
  const Variable<T> a = matmul(x, use(weight));
  return has_bias_ ? a + use(bias) : a;
}

template <class T> std::vector<Parameter<T>> Linear<T>::parameters() const {
  return has_bias_ ? std::vector{weight, bias} : std::vector{weight};
}

template <class T>
TiedLinear<T>::TiedLinear(const Linear<T>& other)
    : bias{"bias", Array<T>::zeros({other.weight.value().shape()[0]})}, weight_(other.weight) {}

template <class T> Variable<T> TiedLinear<T>::operator()(const Variable<T>& h) const {
  return matmul(h, use(weight_), Transpose::b) + use(bias);
}

template class Linear<float>;
template class Linear<double>;
template class TiedLinear<float>;
template class TiedLinear<double>;

} // namespace contractive::nn
