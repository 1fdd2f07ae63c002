// How well encoders find the directions in which strokes vary: the mean principal angle between the
// leading tangents that they learned and the known ones (shift, rotation, scale, thickness), beside
// that of local principal components and of chance. Seeds are fixed; on two cores it takes about a
// minute. Prints a Markdown table; with a folder as argument, also draws tangents of three strokes:
// the last auto-encoder's, those of 40 neighbours, and the known ones.
#include <contractive/cae/cae.hpp>

#include <cstdio>
#include <iostream>

using namespace contractive;
using namespace contractive::cae;

namespace {

constexpr std::size_t side = 20, pixels = side * side, known = Strokes::parameters;
constexpr std::size_t training = 4000, unseen = 100;

std::pair<Labelled<float>, Array<float>> strokes(std::size_t n, std::uint64_t seed) {
  Strokes::Options options;
  options.height = options.width = side;
  return Strokes(seed, options).draw_with_tangents<float>(n);
}

// Row i of (N, m, d) as (m, d).
Array<float> one(const Array<float>& all, std::size_t i) {
  return nn::take(all, i, i + 1).reshaped(all.shape().last(2));
}

double mean_angle(const Array<float>& found, const Array<float>& truth) {
  double sum = 0;
  for (std::size_t i = 0; i < unseen; ++i)
    sum += mean_principal_angle(one(found, i), one(truth, i));
  return sum / unseen;
}

void row(const std::string& name, double angle) {
  std::printf("| %s | %.1f |\n", name.c_str(), angle);
  std::fflush(stdout);
}

} // namespace

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : "";
  // As Goodfellow et al. 2016, figure 14.10: strips of three strokes by one kind of tangents.
  const auto draw = [&](const char* name, const Array<float>& of, const Array<float>& tangents) {
    if (!folder.empty())
      write_tangents(folder + "/tangents-" + name + ".png", nn::take(of, 0, 3),
                     nn::take(tangents, 0, 3), {side, side, 1});
  };
  const Array<float> x = as_rows(strokes(training, 1).first.x);
  const auto held = strokes(unseen, 2);
  const Array<float> y = as_rows(held.first.x);
  std::cout << "| tangents | mean principal angle, degrees |\n| --- | --- |\n";
  const struct {
    const char *name, *terms, *corruption;
  } variants[] = {{"auto-encoder", "", "none"},
                  {"denoising, gaussian(0.3)", "", "gaussian(0.3)"},
                  {"contractive(0.1)", "contractive(0.1)", "none"},
                  {"contractive(0.3)", "contractive(0.3)", "none"},
                  {"contractive(1)", "contractive(1)", "none"}};
  for (const auto& variant : variants) {
    Random random(1);
    const Model<float> model({Specification::parse("400-200:sigmoid"),
                              {side, side, 1},
                              Decoder::tied,
                              variant.terms,
                              variant.corruption,
                              Loss::cross_entropy},
                             random);
    const auto autoencoder = model.autoencoder();
    TrainingOptions options;
    options.epochs = 30;
    options.optimiser = "adam";
    options.learning_rate = 0.002;
    Trainer<float>(autoencoder, x, y, options).run();
    const Array<float> learned = leading_tangents(autoencoder, y, known).directions;
    row(variant.name, mean_angle(learned, held.second));
    draw("contractive", y, learned); // the last one stays
  }
  for (const std::size_t neighbours : {6u, 10u, 20u, 40u, 80u, 160u, 320u})
    row(detail::text("local principal components, ", neighbours, " neighbours"),
        mean_angle(local_directions(y, x, neighbours, known), held.second));
  draw("local", y, local_directions(y, x, 40, known));
  draw("known", y, held.second);
  row("chance", chance_angle(known, known, pixels));
}
