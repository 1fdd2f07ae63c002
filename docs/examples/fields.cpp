// What an auto-encoder does around its data, as in Goodfellow et al. 2016: figure 14.7, a
// reconstruction against the diagonal, for data on a line; figure 14.5, arrows r(x) - x around a
// curved line in the plane. Writes line.svg and field.svg into the folder that is its argument.
#include <contractive/cae/cae.hpp>
#include <contractive/nn/file/file.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using namespace contractive::cae;

namespace {

// Trained on x (N, d): tanh units, a linear decoder with weights of its own, squared error.
Model<double> trained(const char* encoder, const Array<double>& x, const char* terms,
                      const char* corruption, std::size_t epochs) {
  Random random(1);
  Model<double> model({Specification::parse(encoder),
                       {x.shape()[1]},
                       Decoder::untied,
                       terms,
                       corruption,
                       Loss::squared_error},
                      random);
  TrainingOptions options;
  options.epochs = epochs;
  options.optimiser = "adam";
  options.learning_rate = 0.01;
  options.schedule = detail::text("cosine(", epochs, ")");
  const auto autoencoder = model.autoencoder();
  Trainer<double>(autoencoder, x, nn::take(x, 0, 1), options).run();
  return model;
}

std::vector<double> values(const Array<double>& x) { return {x.begin(), x.end()}; }

Chart line() {
  const Array<double> x({3, 1}, {-1.2, 0, 1});
  const Model<double> model = trained("1-40:tanh-40:tanh", x, "reconstruction(0.03)", "none", 3000);
  const Array<double> at = Array<double>::make({161, 1}, [](double* out) {
    for (int i = 0; i <= 160; ++i)
      out[i] = -2 + i * 0.025;
  });
  const Array<double> r = model.autoencoder().reconstruct(at).value();
  Series arrows{"r(x) − x", {}, {}, Style::arrows};
  for (std::size_t i = 0; i < at.size(); i += 7) {
    arrows.x.push_back(at[i]);
    arrows.y.push_back(-1.8);
    arrows.dx.push_back(r[i] - at[i]);
    arrows.dy.push_back(0);
  }
  return {"A contractive reconstruction of three points",
          "x",
          "r(x)",
          false,
          false,
          {{"r(x)", values(at), values(r), Style::line},
           {"the diagonal", {-2, 2}, {-2, 2}, Style::line},
           {"data", values(x), values(x), Style::points},
           arrows}};
}

Chart field() {
  constexpr std::size_t n = 600;
  const Array<double> x = Array<double>::make({n, 2}, [](double* out) {
    for (std::size_t i = 0; i < n; ++i) { // a spiral
      const double t = 1.5 + 6 * static_cast<double>(i) / n;
      *out++ = 0.2 * t * std::cos(t);
      *out++ = 0.2 * t * std::sin(t);
    }
  });
  const Model<double> model = trained("2-100:tanh-100:tanh", x, "", "gaussian(0.1)", 300);
  Array<double> grid = Array<double>::make({19 * 19, 2}, [](double* out) {
    for (int i = 0; i < 19; ++i)
      for (int j = 0; j < 19; ++j) {
        *out++ = -1.8 + 0.2 * i;
        *out++ = -1.8 + 0.2 * j;
      }
  });
  const Array<double> r = model.autoencoder().reconstruct(grid).value();
  Series data{"data", {}, {}, Style::points};
  for (std::size_t i = 0; i < n; i += 3) {
    data.x.push_back(x(i, 0));
    data.y.push_back(x(i, 1));
  }
  Series arrows{"r(x) − x", {}, {}, Style::arrows};
  for (std::size_t i = 0; i < 19 * 19; ++i) {
    const double dx = r(i, 0) - grid(i, 0), dy = r(i, 1) - grid(i, 1);
    if (std::hypot(dx, dy) > 0.4) // far from all data, where nothing was learned
      continue;
    arrows.x.push_back(grid(i, 0));
    arrows.y.push_back(grid(i, 1));
    arrows.dx.push_back(dx);
    arrows.dy.push_back(dy);
  }
  return {"A denoising auto-encoder around a spiral", "", "", false, false, {arrows, data}, true};
}

} // namespace

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : ".";
  nn::write_file(folder + "/line.svg", svg(line()));
  nn::write_file(folder + "/field.svg", svg(field()));
  std::cout << "figures are in " << folder << "/line.svg and " << folder << "/field.svg\n";
}
