// The program behind pytorch.md. It leaves files for pytorch.py, and reads the model in the file
// that it is given: what that one has written, or by default what it has written itself.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/nn/nn.hpp>

#include <cmath>
#include <iostream>
#include <map>

using namespace contractive;
using V = Variable<double>;
using Parameters = std::vector<nn::Parameter<double>>;

namespace {

// Weights as PyTorch keeps them, and back: (in, out) as (out, in), (height, width, in, out) as
// (out, in, height, width).
Array<double> to_pytorch(const Array<double>& weight) {
  return weight.rank() == 4   ? permute(V(weight), {3, 2, 0, 1}).value()
         : weight.rank() == 2 ? transposed(V(weight)).value()
                              : weight;
}
Array<double> from_pytorch(const Array<double>& weight) {
  return weight.rank() == 4 ? permute(V(weight), {2, 3, 1, 0}).value() : to_pytorch(weight);
}

void save(const std::string& path, const Parameters& parameters, nn::Tensors<double> file = {}) {
  for (const auto& p : parameters)
    file.arrays[p.name()] = to_pytorch(p.value());
  nn::write_safetensors(path, file);
}
nn::Tensors<double> load(const std::string& path, const Parameters& parameters) {
  const auto file = nn::read_safetensors<double>(path);
  for (const auto& p : parameters)
    p.assign(from_pytorch(file.arrays.at(p.name())));
  return file;
}

// (B, h, w, c) -> (B, c h w): in the order in which PyTorch flattens.
V flatten(const V& x) { return reshape(permute(x, {0, 3, 1, 2}), {x.shape()[0], Shape::infer}); }

struct Autoencoder {
  explicit Autoencoder(Random& random) : decoder(16, 784, random) {
    encoder.add<nn::Conv2d<double>>(nn::ConvOptions{1, 4, 5, 2}, random, nn::Init::he);
    encoder.add<nn::Activation<double>>("relu");
    encoder.add<nn::Function<double>>(flatten);
    encoder.add<nn::Linear<double>>(4 * 12 * 12, 16, random);
    encoder.add<nn::Activation<double>>("sigmoid");
    adopt("encoder", encoder);
    adopt("decoder", decoder);
  }
  [[nodiscard]] Parameters parameters() const {
    Parameters all = encoder.parameters();
    nn::append(all, decoder.parameters());
    return all;
  }
  nn::Sequential<double> encoder;
  nn::Linear<double> decoder;
};

// Code and penalty of images, and the images themselves, as files hold them.
nn::Tensors<double> outputs(const Autoencoder& model, const Array<double>& images) {
  Tape<double> tape;
  const V x = tape.variable(images);
  const V h = model.encoder(x);
  const V penalty = jacobian_squared_norm(h, x); // (B)
  const V channels_first = permute(x, {0, 3, 1, 2});
  return {{{"x", channels_first.value()}, {"h", h.value()}, {"penalty", penalty.value()}}};
}

void train(const Autoencoder& model, const Array<double>& images, std::size_t steps) {
  const Parameters parameters = model.parameters();
  nn::Adam<double> optimiser(0.002);
  for (std::size_t step = 0; step < steps; ++step) {
    Tape<double> tape;
    const V x = tape.variable(nn::take(images, 20 * step, 20 * step + 20));
    const V h = model.encoder(x);
    const V loss = mean(nn::binary_cross_entropy(model.decoder(h), flatten(x)));
    const V penalty = mean(jacobian_squared_norm(h, x));
    optimiser.step(parameters, gradient(loss + 0.01 * penalty, nn::use(parameters)));
  }
}

// What both programs can do without a file: weights that are cosines, counted as PyTorch counts.
template <class M> V through(const M& module, const V& x) {
  for (const auto& p : module.parameters()) {
    const Shape shape = to_pytorch(p.value()).shape();
    p.assign(from_pytorch(Array<double>::make(shape, [&](double* out) {
      for (std::size_t i = 0; i < shape.elements(); ++i)
        out[i] = std::cos(static_cast<double>(i));
    })));
  }
  return module(x);
}

// Where five steps along the gradients (1, -2, 3), (2, -4, 6), ... lead to.
template <class O> V steps(O optimiser) {
  const nn::Parameter<double> w("w", {1, -2, 3});
  for (const double step : {1., 2., 3., 4., 5.})
    optimiser.step({w}, {V{step, -2 * step, 3 * step}});
  return w.value();
}

// The page's table: a name in PyTorch, which pytorch.py evaluates, and the same here.
void write_table() {
  Random random(1);
  const auto normal = [&](const Shape& shape) { return random.normal<double>(shape, 1); };
  nn::Tensors<double> file{{{"x", normal({4, 3})},
                            {"w", normal({3, 2})},
                            {"v", normal({4, 2})},
                            {"dx", normal({4, 3})},
                            {"image", normal({2, 9, 9, 3})},
                            {"t", sigmoid(V(normal({4, 3}))).value()}},
                           {},
                           {{"labels", Indices{2, 0, 1, 1}}}};
  Tape<double> tape;
  const V x = tape.variable(file.arrays["x"]), w = file.arrays["w"], v = file.arrays["v"],
          dx = file.arrays["dx"], image = file.arrays["image"], t = file.arrays["t"];
  const Indices& labels = file.indices["labels"];
  const auto f = [&](const V& at) { return tanh(matmul(at, w)); };
  const auto loss = [&](const V& at) { return mean(square(f(at))); };
  const V h = f(x), y = loss(x);

  const std::map<std::string, V> table{
      {"torch.autograd.grad(y, x, create_graph=True)[0]", gradient(y, x)},
      {"torch.autograd.grad(y, x, retain_graph=True)[0]", gradient(y, x, CreateGraph::no)},
      {"torch.autograd.grad(h, x, v, retain_graph=True)[0]", vjp(h, x, v)},
      {"vjp(f, x)[1](v)[0]", vjp(f, x, v)},
      {"jvp(f, (x,), (dx,))[1]", jvp(f, x, dx)},
      {"jacrev(f)(x)", jacobian(f, x)},
      {"hessian(loss)(x)", hessian(loss, x)},
      {"jvp(grad(loss), (x,), (dx,))[1]", hvp(loss, x, dx)},
      {"vmap(jacrev(f))(x)", batch_jacobian(h, x)},
      {"vmap(jacrev(f))(x).square().sum((1, 2))", jacobian_squared_norm(h, x)},
      {"torch.linalg.matrix_norm(vmap(jacrev(f))(x), 2)", jacobian_operator_norm(h, x)},
      {"vmap(hessian(f))(x).square().sum((1, 2, 3))", hessian_squared_norm(h, x)},
      {"grad(lambda x: (x.detach() * x).sum())(x)", gradient(sum(x.detach() * x), x)},
      {"checkpoint(loss, x)", checkpoint(tape, [&] { return loss(x); })},

      {"dx.T @ x", matmul(dx, x, Transpose::a)},
      {"x.reshape(2, -1)", reshape(x, {2, Shape::infer})},
      {"x[:, 1:]", slice(x, 1, {1, 3})},
      {"torch.cat((x, dx), 1)", concatenate({x, dx}, 1)},
      {"x.max(1).values", max(x, 1)},
      {"x.var(0, unbiased=False)", var(x, 0)},
      {"F.softmax(x, -1)", softmax(x)},
      {"F.gelu(x)", gelu(x)},
      {"F.leaky_relu(x)", leaky_relu(x)},

      {"through(Linear(3, 2), x)", through(nn::Linear<double>(3, 2, random), x)},
      {"through(LayerNorm(3), x)", through(nn::LayerNorm<double>(3), x)},
      {"through(Conv2d(3, 4, 5, 2, 1), image)",
       through(nn::Conv2d<double>({3, 4, 5, 2, 1}, random), image)},
      {"through(ConvTranspose2d(3, 4, 5, 2, 1), image)",
       through(nn::ConvTranspose2d<double>({3, 4, 5, 2, 1}, random), image)},
      {"through(MaxPool2d(3), image)", max_pool2d(image, {3, 3, 3})},

      {"F.mse_loss(x, t, reduction='none').sum(1)", nn::squared_error(x, t)},
      {"F.mse_loss(x, t)", mean(nn::squared_error(x, t)) / 3},
      {"F.binary_cross_entropy_with_logits(x, t, reduction='none').sum(1)",
       nn::binary_cross_entropy(x, t)},
      {"F.cross_entropy(x, labels)", mean(nn::softmax_cross_entropy(x, labels))},

      {"steps(SGD, lr=0.1, momentum=0.9)", steps(nn::SGD<double>(0.1, 0.9))},
      {"steps(SGD, lr=0.1, momentum=0.9, nesterov=True)",
       steps(nn::SGD<double>(0.1, 0.9, nn::Momentum::nesterov))},
      {"steps(Adam, lr=0.002)", steps(nn::Adam<double>(0.002))},
      {"steps(AdamW, lr=0.002)", steps(nn::Adam<double>(0.002, 0.01, nn::WeightDecay::decoupled))},
      {"steps(RMSprop, lr=0.01)", steps(nn::RMSprop<double>(0.01))},
      {"clipped(clip_grad_norm_, dx, 1.0)", nn::clip_norm<double>({dx}, 1)[0]},
      {"clipped(clip_grad_value_, dx, 0.5)", nn::clip_value<double>({dx}, 0.5)[0]},
  };
  for (const auto& [name, result] : table)
    file.arrays[name] = result.value();
  nn::write_safetensors("table.safetensors", file);
}

// Whether a model that a file holds computes here what the file says.
bool check(const std::string& path) {
  Random random(8); // for weights that the file replaces
  const Autoencoder model(random);
  const auto file = load(path, model.parameters());
  const auto here = outputs(model, permute(V(file.arrays.at("x")), {0, 2, 3, 1}).value());
  bool all = true;
  for (const char* name : {"h", "penalty"}) {
    const V said = file.arrays.at(name), difference = here.arrays.at(name) - said;
    const bool agrees(max(abs(difference)) < 1e-6 * max(abs(said)));
    std::cout << name << " agrees: " << (agrees ? "yes" : "no") << "\n";
    all = all && agrees;
  }
  return all;
}

} // namespace

int main(int count, char** arguments) try {
  std::cout.precision(3);
  const auto slope = [](const V& x) { return gradient(tanh<double>, x); };
  std::cout << "tanh''(0.5) = " << gradient(slope, 0.5).item() << "\n";

  const auto images = cae::Strokes(1).draw<double>(200).x.reshaped({200, 28, 28, 1});
  Random random(7);
  const Autoencoder model(random);
  const auto start = outputs(model, images);
  std::cout << "||dh/dx||^2: " << nn::take_first(start.arrays.at("penalty"), 3) << "\n";
  save("start.safetensors", model.parameters(), start);
  train(model, images, 10);
  const auto trained = outputs(model, nn::take_first(images, 100));
  std::cout << "after 10 steps: " << nn::take_first(trained.arrays.at("penalty"), 3) << "\n";
  save("here.safetensors", model.parameters(), trained);
  write_table();
  return check(count > 1 ? arguments[1] : "here.safetensors") ? 0 : 1;
} catch (const Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
