// Something from each library that cae stands on: what is linked must be found with the package.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/cae/cae.hpp>
#include <contractive/nn/nn.hpp>

#include <iostream>

int main() {
  using namespace contractive;
  Random random(1);
  const nn::Linear<double> layer(4, 3, random);
  Tape<double> tape;
  const auto x = tape.variable(Array<double>::ones({2, 4}));
  const auto penalty = jacobian_squared_norm(sigmoid(layer(x)), x);

  const auto experiment = cae::Experiment::parse("text", "seeds = [1, 2]\n"
                                                         "[data]\n"
                                                         "training = 8\n"
                                                         "validation = 4\n"
                                                         "test = 4\n"
                                                         "[[variant]]\n"
                                                         "name = \"CAE\"\n"
                                                         "pretraining.encoder = \"4-3:tanh\"\n");
  nn::write_safetensors<double>("x.safetensors", {{{"x", x.value()}}});
  const auto numbers = nn::read_safetensors<double>("x.safetensors").arrays.at("x");
  cae::write_png("x.png", x.value());
  cae::Report report("A stranger's");
  report.picture("x.png", "four grey squares", "ones");
  report.write("x.html");
  const double angle = cae::chance_angle(1, 1, 2, 5);

  std::cout << "penalty " << penalty.value() << "\n";
  return penalty.size() == 2 && experiment.seeds.size() == 2 && numbers.size() == 8 &&
                 cae::rate_interval(0.5, 100).half > 0 && angle > 0
             ? 0
             : 1;
}
