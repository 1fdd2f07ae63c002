// Singular values and contraction against distance of several trained encoders in one chart each,
// as figures 1 and 2 of Rifai et al. 2011: curves DATA FOLDER NAME MODEL [NAME MODEL ...] writes
// spectra.svg and contraction.svg into the folder. The data's test part is measured.
#include <contractive/cae/cae.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <iostream>
#include <numeric>

using namespace contractive;
using namespace contractive::cae;

int main(int count, char** arguments) {
  if (count < 5 || count % 2 == 0) {
    std::cerr << "usage: curves DATA FOLDER NAME MODEL [NAME MODEL ...]\n";
    return 1;
  }
  const std::string data = arguments[1], folder = arguments[2];
  constexpr std::size_t decomposed = 100, moved = 1000;
  const std::vector<double> radii{0.1, 0.3, 1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64};
  Chart spectra{
      "Singular values of the encoder's Jacobian", "number", "mean over samples", true, true, {}};
  Chart curves{"Contraction", "‖x′ − x‖", "mean ‖f(x′) − f(x)‖ / ‖x′ − x‖", true, true, {}};
  for (int i = 3; i < count; i += 2) {
    const Model<float> model = load_model<float>(arguments[i + 1]);
    const auto autoencoder = model.autoencoder();
    Reading reading = model.configuration.reading; // as it was trained, but on the other part
    reading.part = "t10k";
    reading.image = model.configuration.sample;
    std::vector<std::string> notes;
    const Array<float> x = as_rows(read_inputs<float>(data, reading, notes).x);
    const Spectrum s = spectrum(autoencoder, nn::take(x, 0, std::min(decomposed, x.shape()[0])));
    std::vector<double> numbers(s.values.size());
    std::iota(numbers.begin(), numbers.end(), 1.0);
    spectra.series.push_back({arguments[i], numbers, s.values, Style::line});
    Random random(1);
    Series ratios{arguments[i], {}, {}};
    for (const Contraction& point : contraction_curve(
             autoencoder, nn::take(x, 0, std::min(moved, x.shape()[0])), radii, random)) {
      ratios.x.push_back(point.radius);
      ratios.y.push_back(point.mean);
    }
    curves.series.push_back(ratios);
    std::cout << arguments[i] << ": largest singular value " << s.values[0] << ", " << s.expanding
              << " expanding directions, effective dimension " << s.effective_dimension << ", "
              << s.ninety << " directions hold 90 %\n";
  }
  nn::write_file(folder + "/spectra.svg", svg(spectra));
  nn::write_file(folder + "/contraction.svg", svg(curves));
}
