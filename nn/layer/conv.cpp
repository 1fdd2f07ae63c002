#include <contractive/nn/layer/conv.hpp>

#include <contractive/autodiff/operation/image.hpp>

namespace contractive::nn {
namespace {

template <class T>
Array<T> weights(const ConvOptions& o, std::size_t in, std::size_t out, Random& random, Init init) {
  const std::size_t area = o.kernel * o.kernel;
  return initial<T>(init, {o.kernel, o.kernel, in, out}, area * o.in, area * o.out, random);
}

} // namespace

template <class T>
Conv2d<T>::Conv2d(const ConvOptions& o, Random& random, Init init)
    : weight("weight", weights<T>(o, o.in, o.out, random, init)),
      bias("bias", Array<T>::zeros({o.out})), options_(o) {}

template <class T> Variable<T> Conv2d<T>::operator()(const Variable<T>& x) const {
  return conv2d(x, use(weight), options_.stride, options_.padding) + use(bias);
}

template <class T>
ConvTranspose2d<T>::ConvTranspose2d(const ConvOptions& o, Random& random, Init init,
                                    std::size_t height, std::size_t width)
    : weight("weight", weights<T>(o, o.out, o.in, random, init)),
      bias("bias", Array<T>::zeros({o.out})), options_(o), height_(height), width_(width) {}

template <class T> Variable<T> ConvTranspose2d<T>::operator()(const Variable<T>& x) const {
  return conv_transpose2d(x, use(weight), options_.stride, options_.padding, height_, width_) +
         use(bias);
}

template <class T> Variable<T> Pool2d<T>::operator()(const Variable<T>& x) const {
  const Window2d window{size_, size_, size_, 0};
  return kind_ == Kind::max ? max_pool2d(x, window) : average_pool2d(x, window);
}

template class Conv2d<float>;
template class Conv2d<double>;
template class ConvTranspose2d<float>;
template class ConvTranspose2d<double>;
template class Pool2d<float>;
template class Pool2d<double>;

} // namespace contractive::nn
