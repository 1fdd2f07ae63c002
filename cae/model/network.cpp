#include <contractive/cae/model/network.hpp>

#include <contractive/autodiff/operation/image.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/layer/conv.hpp>
#include <contractive/nn/layer/linear.hpp>
#include <contractive/nn/layer/norm.hpp>
#include <contractive/nn/layer/sequential.hpp>

#include <algorithm>

namespace contractive::cae {
namespace {

using Layer = LayerSpecification;
using Kind = Layer::Kind;
template <class T> using Modules = std::vector<nn::ModulePtr<T>>;

/// The transpose of a convolution with its weights; only the bias is its own.
template <class T> class TiedConv : public nn::Module<T> {
public:
  TiedConv(const nn::Conv2d<T>& other, std::size_t height, std::size_t width)
      : bias("bias", Array<T>::zeros({other.options().in})), weight_(other.weight),
        options_(other.options()), height_(height), width_(width) {}
  Variable<T> operator()(const Variable<T>& h) const override {
    return conv_transpose2d(h, use(weight_), options_.stride, options_.padding, height_, width_) +
           use(bias);
  }
  std::vector<nn::Parameter<T>> parameters() const override { return {bias}; }

  nn::Parameter<T> bias;

private:
  nn::Parameter<T> weight_;
  nn::ConvOptions options_;
  std::size_t height_, width_;
};

/// The mirror image of pooling: every pixel repeated size x size times, and zeros where the windows
/// left a margin.
template <class T> nn::ModulePtr<T> repeat(std::size_t size, const Shape& pooled, const Shape& to) {
  return std::make_unique<nn::Function<T>>([=](const Variable<T>& x) {
    const std::size_t b = x.shape()[0], h = pooled[0], w = pooled[1], c = pooled[2];
    const Variable<T> wide =
        broadcast_to(reshape(x, Shape{b, h, 1, w, 1, c}), Shape{b, h, size, w, size, c});
    const Variable<T> image = reshape(wide, Shape{b, h * size, w * size, c});
    return pad(image, {{}, {0, to[0] - h * size}, {0, to[1] - w * size}, {}});
  });
}

/// Goes through the layers, with the shape of one sample, and notes each one's mirror image.
template <class T> class Builder {
public:
  Builder(const Shape& shape, Random& random, Decoder decoder, std::size_t& left)
      : shape_(shape), random_(random), decoder_(decoder), left_(left) {}

  void add(const Layer& layer) {
    Modules<T> mirror;
    switch (layer.kind) {
    case Kind::linear:
      linear(layer, mirror);
      break;
    case Kind::conv:
      conv(layer, mirror);
      break;
    case Kind::max_pool:
    case Kind::average_pool:
      pool(layer, mirror);
      break;
    case Kind::layernorm: // its inverse is not a function: the decoder goes without
      if (shape_.back() == 1)
        throw Error("encoder: layernorm on samples of shape ", shape_,
                    "; expected more than one value on the last axis");
      claim({shape_.back()}, 2);
      forward_.push_back(std::make_unique<nn::LayerNorm<T>>(shape_.back()));
      break;
    case Kind::residual:
      residual(layer, mirror);
      break;
    }
    activate(forward_, layer.activation);
    activate(mirror, activation_);
    activation_ = layer.activation;
    mirrors_.push_back(std::move(mirror));
    any_layer_ = any_layer_ || layer.kind != Kind::layernorm;
  }
  /// Flat rows at both ends.
  void flatten() {
    if (shape_.rank() == 1)
      return;
    Modules<T> mirror;
    reshape_to({shape_.elements()}, mirror);
    mirrors_.push_back(std::move(mirror));
  }
  void unflatten(const Shape& sample) {
    Modules<T> mirror;
    shape_ = {sample.elements()};
    reshape_to(sample, mirror);
    mirrors_.push_back(std::move(mirror));
  }

  nn::ModulePtr<T> forward() { return std::make_unique<nn::Sequential<T>>(std::move(forward_)); }
  nn::ModulePtr<T> backward() {
    Modules<T> all;
    std::reverse(mirrors_.begin(), mirrors_.end());
    for (Modules<T>& mirror : mirrors_)
      std::move(mirror.begin(), mirror.end(), std::back_inserter(all));
    return std::make_unique<nn::Sequential<T>>(std::move(all));
  }
  const Shape& shape() const { return shape_; }
  const std::optional<nn::Parameter<T>>& weight() const { return weight_; }
  const std::optional<nn::Parameter<T>>& output() const { return output_; }

private:
  static void activate(Modules<T>& modules, const std::string& name) {
    if (name != "linear")
      modules.push_back(std::make_unique<nn::Activation<T>>(name));
  }
  void reshape_to(const Shape& shape, Modules<T>& mirror) {
    if (shape == shape_)
      return;
    forward_.push_back(nn::reshape_to<T>(shape));
    mirror.push_back(nn::reshape_to<T>(shape_));
    shape_ = shape;
  }
  void linear(const Layer& layer, Modules<T>& mirror) {
    Modules<T> unshape;
    reshape_to({shape_.elements()}, unshape);
    claim({shape_[0], layer.size}, decoder_ == Decoder::tied ? 1 : 2);
    auto module = std::make_unique<nn::Linear<T>>(shape_[0], layer.size, random_,
                                                  nn::init_for(layer.activation));
    if (decoder_ == Decoder::tied)
      add_mirror(std::make_unique<nn::TiedLinear<T>>(*module), mirror);
    else
      add_mirror(std::make_unique<nn::Linear<T>>(layer.size, shape_[0], random_,
                                                 nn::init_for(layer.activation)),
                 mirror);
    std::move(unshape.begin(), unshape.end(), std::back_inserter(mirror));
    keep(module->weight);
    forward_.push_back(std::move(module));
    shape_ = {layer.size};
  }
  void conv(const Layer& layer, Modules<T>& mirror) {
    require_image("conv", layer.kernel, layer.padding);
    const std::size_t h = shape_[0], w = shape_[1], c = shape_[2];
    const nn::Init init = nn::init_for(layer.activation);
    claim({layer.kernel, layer.kernel, c, layer.size}, decoder_ == Decoder::tied ? 1 : 2);
    auto module = std::make_unique<nn::Conv2d<T>>(
        nn::ConvOptions{c, layer.size, layer.kernel, layer.stride, layer.padding}, random_, init);
    if (decoder_ == Decoder::tied)
      add_mirror(std::make_unique<TiedConv<T>>(*module, h, w), mirror);
    else
      add_mirror(std::make_unique<nn::ConvTranspose2d<T>>(
                     nn::ConvOptions{layer.size, c, layer.kernel, layer.stride, layer.padding},
                     random_, init, h, w),
                 mirror);
    keep(module->weight);
    forward_.push_back(std::move(module));
    const auto out = [&](std::size_t n) {
      return (n + 2 * layer.padding - layer.kernel) / layer.stride + 1;
    };
    shape_ = {out(h), out(w), layer.size};
  }
  void pool(const Layer& layer, Modules<T>& mirror) {
    require_image("pool", layer.size, 0);
    using Pool = nn::Pool2d<T>;
    forward_.push_back(std::make_unique<Pool>(
        layer.kind == Kind::max_pool ? Pool::Kind::max : Pool::Kind::average, layer.size));
    const Shape pooled{shape_[0] / layer.size, shape_[1] / layer.size, shape_[2]};
    mirror.push_back(repeat<T>(layer.size, pooled, shape_));
    shape_ = pooled;
  }
  void residual(const Layer& layer, Modules<T>& mirror) {
    Builder body(shape_, random_, decoder_, left_);
    for (const Layer& inner : layer.body)
      body.add(inner);
    if (body.shape() != shape_)
      throw Error("encoder: residual(...) takes ", shape_, " and its layers give ", body.shape(),
                  "; expected the same shape");
    if (!weight_)
      weight_ = body.weight();
    forward_.push_back(std::make_unique<nn::Residual<T>>(body.forward()));
    mirror.push_back(std::make_unique<nn::Residual<T>>(body.backward()));
  }
  void require_image(const char* name, std::size_t window, std::size_t padding) const {
    if (shape_.rank() != 3)
      throw Error("encoder: ", name, " on samples of shape ", shape_,
                  "; expected images (height, width, channels): does the data set have a "
                  "shape, or --image?");
    if (window > std::min(shape_[0], shape_[1]) + 2 * padding)
      throw Error("encoder: ", name, " with a window of ", window, " x ", window,
                  " on samples of shape ", shape_, "; expected a window that fits");
  }
  // Takes arrays of this shape, so many, off what is left.
  void claim(const std::vector<std::size_t>& shape, int arrays) {
    double weights = arrays; // which no shape makes overflow
    for (const std::size_t axis : shape)
      weights *= static_cast<double>(axis);
    if (weights > static_cast<double>(left_))
      throw Error("encoder: a layer of ", weights, " weights; expected at most ", left_,
                  ", the numbers that there are for it");
    left_ -= static_cast<std::size_t>(weights);
  }
  // Of the first layer, it is the decoder's last.
  template <class Module> void add_mirror(std::unique_ptr<Module> module, Modules<T>& mirror) {
    if (!any_layer_)
      output_ = module->bias;
    mirror.push_back(std::move(module));
  }
  void keep(const nn::Parameter<T>& weight) {
    if (!weight_)
      weight_ = weight;
  }

  Shape shape_;
  Random& random_;
  Decoder decoder_;
  std::size_t& left_; // of the weights that there may be
  Modules<T> forward_;
  std::vector<Modules<T>> mirrors_;
  std::string activation_ = "linear"; // behind the layer before
  std::optional<nn::Parameter<T>> weight_, output_;
  bool any_layer_ = false; // that has a mirror image
};

bool any_image_layer(const std::vector<Layer>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const Layer& layer) {
    return layer.kind == Kind::conv || layer.kind == Kind::max_pool ||
           layer.kind == Kind::average_pool || any_image_layer(layer.body);
  });
}

} // namespace

template <class T>
Network<T> build(const Specification& specification, const Shape& sample, Random& random,
                 Decoder decoder, std::size_t most) {
  const auto& layers = specification.layers();
  const std::size_t inputs = sample.elements();
  if (specification.input() != 0 && specification.input() != inputs)
    throw Error("encoder '", specification.text(), "': ", specification.input(),
                " inputs, the data have ", inputs, " per sample; expected the same");
  Network<T> network;
  const bool images = any_image_layer(layers);
  Builder<T> builder(images ? sample : Shape{inputs}, random, decoder, most);
  if (images)
    builder.unflatten(sample);
  for (const Layer& layer : layers)
    builder.add(layer);
  builder.flatten();
  network.inputs = inputs;
  network.codes = builder.shape()[0];
  network.weight = builder.weight();
  network.output = builder.output();
  network.encoder = builder.forward();
  network.decoder = builder.backward();
  nn::adopt("encoder", *network.encoder);
  nn::adopt("decoder", *network.decoder);
  if (network.weight) {
    const Shape& shape = network.weight->value().shape();
    const bool sees_all = shape.rank() == 2 && shape[0] == inputs;
    network.first = sees_all ? sample : shape.first(shape.rank() - 1);
  }
  return network;
}

template <class T> std::vector<nn::Parameter<T>> Network<T>::parameters() const {
  std::vector<nn::Parameter<T>> all = encoder->parameters();
  nn::append(all, decoder->parameters());
  return all;
}

template <class T> Array<T> Network<T>::encode(const Array<T>& x) const {
  return Array<T>::make({x.shape()[0], codes}, [&](T* out) {
    nn::for_each_batch(x, 500, [&](const Array<T>& batch) {
      const Array<T> h = (*encoder)(batch).value();
      out = std::copy(h.begin(), h.end(), out);
    });
  });
}

template <class T> Array<T> Network<T>::filters() const {
  if (!weight)
    return {};
  const Array<T>& w = weight->value(); // (..., units)
  const std::size_t units = w.shape().back(), size = w.size() / units;
  return Array<T>::make(Shape{units} + first, [&](T* out) {
    for (std::size_t j = 0; j < units; ++j)
      for (std::size_t i = 0; i < size; ++i)
        out[j * size + i] = w[i * units + j];
  });
}

template struct Network<float>;
template struct Network<double>;
template Network<float> build(const Specification&, const Shape&, Random&, Decoder, std::size_t);
template Network<double> build(const Specification&, const Shape&, Random&, Decoder, std::size_t);

} // namespace contractive::cae
