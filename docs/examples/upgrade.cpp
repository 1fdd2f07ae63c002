// The program behind ../how-to/upgrade.md: what stands there under 0.2, once each, and a training
// step.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/cae/cae.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/nn/nn.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

namespace {

void derivatives() {
  Random random(1);
  Tape<double> tape;
  const V x = tape.variable(random.normal<double>({4, 3}, 1));
  const V v = random.normal<double>({4, 3}, 1);
  const V h = tanh(x), y = sum(h), image = random.normal<double>({2, 4, 4, 3}, 1);
  const std::vector<V> all{gradient(y, x),
                           gradient(y, x, CreateGraph::no),
                           gradient(y, x, CreateGraph::no, Unreached::zeros),
                           vjp(h, x, v),
                           jacobian(h, x),
                           sum(x, 0, KeepDims::yes),
                           max_pool2d(image, Window2d{2, 2, 2}),
                           reshape(x, {2, Shape::infer})};
  const auto several = gradient<double>({h}, {x}, {v});
  const RecordingScope<double> off(&tape, Recording::off);
  set_threads(thread_count());

  // An operation of one's own: its value, and its derivative as a linear map and the transpose.
  const auto times = [x](const V& t) { return 3 * square(x) * t; };
  const V cube = record("cube", (x * x * x).value(), wrt(x, times, times));
}

void networks(const nn::Parameter<double>& p, const Array<double>& better) {
  Random random(1);
  const nn::Linear<double> layer(3, 2, random, nn::Init::glorot, nn::Bias::no);
  const nn::Conv2d<double> conv({1, 2, 3}, random);
  const std::size_t size = p.value().size() + p.name().size() + conv.options().kernel;
  p.assign(better);
  p.rename("weight " + std::to_string(size));

  const std::vector<nn::Parameter<double>> parameters{layer.weight, p};
  const nn::SGD<double> nesterov(0.1, 0.9, nn::Momentum::nesterov);
  nn::Adam<double> adamw(0.002, 0.01, nn::WeightDecay::decoupled);
  adamw.restore(adamw.state(), parameters);
}

void autoencoders(const std::string& folder) {
  Random random(1);
  const auto specification = cae::Specification::parse("784-4:sigmoid");
  const auto network = cae::build<float>(specification, {784}, random, cae::Decoder::tied);
  const Array<float> weights = network.weight->value();
  const cae::Classifier<float> frozen(network.encoder, 4, 10, random, cae::FineTune::no);
  const auto value = [](const cae::Batch<float>& batch) { return sum(square(batch.h), 1); };
  const cae::Term<float> term{"own", 0.1, false, value};
  const Array<float> strokes = cae::Strokes(1).draw<float>(10).x;
  const cae::Progress progress(std::cerr, cae::Display::bar, 40, cae::Loss::cross_entropy);
  if (folder.empty())
    return;
  const Array<float> images = nn::read_images<float>(folder, "train").x;
  cae::Reading reading;
  reading.part = "t10k";
  const cae::Samples<float> samples = cae::read_samples<float>(folder, reading);
}

// A training step, and the loss before it.
double step(const nn::Linear<float>& layer, nn::Optimiser<float>& optimiser,
            const Array<float>& data) {
  const Tape<float> tape;
  const auto loss = mean(nn::squared_error(layer(data), data));
  const std::vector<nn::Parameter<float>> parameters = layer.parameters();
  optimiser.step(parameters, gradient(loss, nn::use(parameters), CreateGraph::no));
  return loss.item();
}

} // namespace

int main() {
  derivatives();
  networks({"weight", {1, 2}}, {3, 4});
  autoencoders("");
  Random random(1);
  const nn::Linear<float> layer(3, 3, random);
  nn::SGD<float> optimiser(0.01);
  const Array<float> data = random.normal<float>({50, 3}, 1);
  const double before = step(layer, optimiser, data), after = step(layer, optimiser, data);
  std::cout << "the loss falls: " << (after < before ? "yes" : "no") << "\n";
}
