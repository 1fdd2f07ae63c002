#include "folder.hpp"
#include "help.hpp"
#include "options.hpp"
#include "provenance.hpp"
#include "result.hpp"

#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/lock.hpp>
#include <contractive/nn/text/words.hpp>

#include <iostream>
#include <sstream>
#include <toml++/toml.h>

namespace contractive::cae::program {
namespace {

constexpr std::size_t images = 11000, validation = 1000, side = 28, pixels = side * side;
constexpr std::size_t shown = 8, tangents = Strokes::parameters;

struct DemoSettings {
  std::string out = "cae-demo";
  std::size_t epochs = 40;
  double lambda = 0.3;
  bool overwrite = false, json = false;
};

// Draws the learned tangents, and returns by how many degrees they differ from the true ones.
double draw_tangents(const ContractiveAutoencoder<float>& model, const Array<float>& x,
                     const Array<float>& truth, const std::string& path) {
  const Tangents<float> learned = leading_tangents(model, x, tangents);
  double angle = 0;
  const std::size_t n = x.shape()[0];
  for (std::size_t i = 0; i < n; ++i)
    angle +=
        mean_principal_angle(nn::take(learned.directions, i, i + 1).reshaped({tangents, pixels}),
                             nn::take(truth, i, i + 1).reshaped({tangents, pixels}));
  write_tangents(path, nn::take(x, 0, shown), nn::take(learned.directions, 0, shown),
                 Shape{side, side, 1});
  return angle / static_cast<double>(n);
}

// What `cae analyze` says of how it was made.
void write_run(const TrainingOptions& o, const std::string& command) {
  const toml::table options{{"validation", static_cast<std::int64_t>(validation)},
                            {"optimiser", o.optimiser},
                            {"learning-rate", o.learning_rate},
                            {"schedule", o.schedule},
                            {"batch", static_cast<std::int64_t>(o.batch)},
                            {"seed", static_cast<std::int64_t>(o.seed)}};
  const toml::table run{{"version", CAE_VERSION},
                        {"command", command},
                        {"data", "strokes, drawn by cae demo"},
                        {"samples", static_cast<std::int64_t>(images)}};
  auto out = detail::stream<std::ostringstream>();
  out << "# What made this run; its command repeats it.\n"
      << options << "\n\n[run]\n"
      << run << "\n";
  nn::write_file(o.folder + "/run.toml", out.str());
}

void demo(const DemoSettings& s, const std::string& command) {
  const nn::FolderLock lock(s.out);
  if (!s.overwrite)
    require_no_run(s.out, ", or --overwrite to replace it");
  remove_run(s.out);
  std::cerr << "drawing " << images << " images of strokes, " << side << " x " << side
            << ", whose true tangents are known" << std::endl;
  Strokes strokes(1);
  const Array<float> training = as_rows(strokes.draw<float>(images - validation).x);
  const Array<float> unseen = as_rows(strokes.draw<float>(validation).x);

  Random random(1);
  const Model<float> model({Specification::parse("784-300:sigmoid"),
                            {side, side, 1},
                            Decoder::tied,
                            "contractive(" + nn::exact(s.lambda) + ")",
                            "none",
                            Loss::cross_entropy},
                           random);
  const auto autoencoder = model.autoencoder();
  TrainingOptions options;
  options.epochs = s.epochs;
  options.optimiser = "adam"; // plain SGD leaves more noise of the initial weights in that time
  options.learning_rate = 0.002;
  options.schedule = detail::text("cosine(", s.epochs, ")");
  options.saturation = Saturation::sigmoid;
  options.folder = s.out;
  options.metadata = model.configuration.metadata();
  write_run(options, command);
  std::cerr << "training an encoder 784-300:sigmoid, lambda " << s.lambda << ", on "
            << training.shape()[0] << " of them" << std::endl;
  Trainer<float> trainer(autoencoder, training, unseen, options);
  Progress progress(std::cerr, error_display(), options.epochs, Loss::cross_entropy);
  trainer.run(progress.observer());

  save_model(s.out + "/model.safetensors", model);
  write_filters(s.out + "/filters.png", model.network, unseen);
  write_reconstructions(s.out + "/reconstructions.png", autoencoder, nn::take(unseen, 0, 60),
                        {side, side, 1});
  const bool charted = draw_learning(s.out);
  const Measures measures = measure(autoencoder, unseen, Saturation::sigmoid);
  const OperatorNorm norm = operator_norm(autoencoder, unseen);
  const auto [known, true_tangents] = strokes.draw_with_tangents<float>(40);
  const double angle =
      draw_tangents(autoencoder, as_rows(known.x), true_tangents, s.out + "/tangents.png");
  const double chance = chance_angle(tangents, tangents, pixels);
  print_result(
      s.json,
      {{"folder", s.out},
       {"measures", to_json(measures, norm)},
       {"tangents_angle", angle},
       {"chance_angle", chance}},
      detail::text(
          "\non ", validation, " images that it has not seen:\n",
          describe(measures, norm, Loss::cross_entropy),
          "tangents                   mean principal angle ", nn::fixed(angle, 1),
          " degrees between the learned and the true ones (by chance ", nn::fixed(chance, 1),
          ")\n\nLook at\n  ", s.out, "/filters.png          what the first units respond to\n  ",
          s.out, "/reconstructions.png  originals, each beside its reconstruction\n  ", s.out,
          "/tangents.png         images, the directions in which their code changes most,\n"
          "                         and the images moved along them\n  ",
          s.out, "/metrics.csv          how the measures developed\n",
          charted ? "  " + s.out + "/learning.svg         the objective over the epochs\n" : "",
          "  ", s.out, "/model.safetensors    the model, for `cae encode` and `cae reconstruct`"));
}

} // namespace

void add_demo(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "demo", "Draw strokes, train on them for half a minute, write pictures; needs no data.");
  const auto s = std::make_shared<DemoSettings>();
  begin_group(c, "Training");
  add_count(c, "--epochs", s->epochs, "how often to go through the strokes");
  not_negative(*c.add_option("--lambda", s->lambda,
                             "how much the penalty ||dh/dx||^2 counts; 0 is a plain auto-encoder, "
                             "to compare with"))
      .capture_default_str();
  begin_group(c, "Output");
  c.add_option("--out", s->out, "the folder to write to")->capture_default_str();
  c.add_flag("--overwrite", s->overwrite, "replace the run that the folder holds");
  add_json(c, s->json);
  end_help(c, "cae demo --lambda 0 --out plain");
  c.callback([&c, s] { demo(*s, command_line(c, {"--overwrite"})); });
}

} // namespace contractive::cae::program
