#include "program.hpp"

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/cae/data/samples.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/cae/training/stacked.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/text/words.hpp>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

namespace contractive::cae::program {
namespace {

/// All that decides a run: the command line's options, and what a checkpoint keeps of them.
struct TrainSettings {
  std::string data, part = "train", image, out, resume, config;
  std::string encoder, loss = "cross-entropy";
  bool untied = false, stacked = false;
  double lambda = 0.1; // a shorthand for terms
  std::string terms, corruption = "none";
  std::optional<std::size_t> validation;
  TrainingOptions training;
  int threads = thread_count();
};

// Every setting that a checkpoint keeps, by its key.
template <class AnySettings, class Visit> void each_setting(AnySettings& s, const Visit& visit) {
  auto& t = s.training;
  visit("data", s.data);
  visit("part", s.part);
  visit("image", s.image);
  visit("encoder", s.encoder);
  visit("loss", s.loss);
  visit("untied", s.untied);
  visit("terms", s.terms);
  visit("corruption", s.corruption);
  visit("validation", s.validation.value());
  visit("epochs", t.epochs);
  visit("batch", t.batch);
  visit("optimiser", t.optimiser);
  visit("schedule", t.schedule);
  visit("learning-rate", t.learning_rate);
  visit("seed", t.seed);
  visit("patience", t.patience);
  visit("checkpoint-steps", t.checkpoint_steps);
  visit("threads", s.threads);
}

std::string to_json(const TrainSettings& s) {
  nlohmann::json json;
  each_setting(s, [&](const char* key, const auto& value) { json[key] = value; });
  return json.dump();
}

TrainSettings from_json(const std::string& text, const std::string& file) {
  TrainSettings s;
  s.validation = 0;
  try {
    const auto json = nlohmann::json::parse(text);
    each_setting(s, [&](const char* key, auto& value) { json.at(key).get_to(value); });
  } catch (const nlohmann::json::exception& error) {
    throw FileError(file, ": settings are not readable: ", error.what());
  }
  return s;
}

// Trains from the settings, from `checkpoint` on where there is one.
void train(TrainSettings s, const nn::Tensors<float>* checkpoint) {
  set_threads(s.threads);
  const Loss loss = loss_from(s.loss);
  s.data = std::filesystem::absolute(s.data).string(); // resuming may happen elsewhere
  if (!s.encoder.empty())
    Specification::parse(s.encoder); // before reading data takes its time
  make_terms<float>(s.terms);
  make_corruption(s.corruption);
  const Array<float> samples =
      read_samples<float>(s.data, s.part, s.image.empty() ? Shape() : sample_from(s.image)).x;
  if (loss == Loss::cross_entropy)
    require_unit_range(samples, s.data);
  const Shape sample = shape_of_one(samples);
  const std::size_t n = samples.shape()[0], d = sample.elements();
  if (s.encoder.empty())
    s.encoder = detail::text(d, "-1000:sigmoid");
  s.validation = s.validation.value_or(n / 6);
  if (*s.validation >= n)
    throw Error("--validation ", *s.validation, ": the data have ", n, " samples; expected fewer");
  const Array<float> training = as_rows(nn::take(samples, 0, n - *s.validation));
  const Array<float> validation = as_rows(nn::take(samples, n - *s.validation, n));

  Random random(s.training.seed);
  Model<float> model({Specification::parse(s.encoder), sample,
                      s.untied ? Decoder::untied : Decoder::tied, s.terms, s.corruption, loss},
                     random);
  const auto autoencoder = model.autoencoder();
  std::filesystem::create_directories(s.out);
  s.training.folder = s.out;
  s.training.saturation = saturation_of(model.configuration.specification);
  s.training.metadata = model.configuration.metadata();
  s.training.metadata["settings"] = to_json(s);
  Trainer<float> trainer(autoencoder, training, validation, s.training);
  if (checkpoint)
    trainer.restore(*checkpoint);

  std::cerr << training.shape()[0] << " training and " << *s.validation
            << " validation samples; encoder " << s.encoder << ", "
            << (s.untied ? "untied" : "tied") << ", terms " << (s.terms.empty() ? "none" : s.terms)
            << ", corruption " << s.corruption << ", " << s.threads << " threads"
            << (checkpoint ? detail::text("; resumed in epoch ", trainer.epoch() + 1) : "")
            << std::endl;
  if (s.untied && !s.terms.empty())
    std::cerr << "cae: warning: " << untied_warning << std::endl;
  Progress progress(std::cerr, error_display(), s.training.epochs, loss);
  if (s.stacked) {
    train_stacked<float>(model, training, validation, s.training, progress.observer(),
                         [](std::size_t layer, std::size_t of) {
                           std::cerr << "layer " << layer << " of " << of << std::endl;
                         });
  } else {
    trainer.run(progress.observer());
  }

  save_model(s.out + "/model.safetensors", model);
  const Array<float>& shown = *s.validation > 0 ? validation : training;
  write_filters(s.out + "/filters.png", model.network, nn::take_first(shown, 1000));
  write_reconstructions(s.out + "/reconstructions.png", autoencoder, nn::take_first(shown, 60),
                        sample);
  std::cout << describe(measure(autoencoder, shown, s.training.saturation), loss)
            << "model, metrics and pictures are in " << s.out << std::endl;
}

void resume(const CLI::App& command, const TrainSettings& given) {
  for (const CLI::Option* option : command.get_options())
    if (option->count() > 0 && !option->check_lname("resume") && !option->check_lname("data") &&
        !option->check_lname("epochs"))
      throw Error("train: ", option->get_name(),
                  " together with --resume; expected only "
                  "--data or --epochs besides: the checkpoint has everything else");
  const std::string file = Trainer<float>::checkpoint_in(given.resume);
  const nn::Tensors<float> checkpoint = nn::read_safetensors<float>(file);
  const auto settings = checkpoint.metadata.find("settings");
  if (settings == checkpoint.metadata.end())
    throw FileError(file, ": no settings; expected a checkpoint of `cae train`");
  TrainSettings s = from_json(settings->second, file);
  s.out = given.resume;
  if (command.count("--data") > 0)
    s.data = given.data;
  if (command.count("--epochs") > 0)
    s.training.epochs = given.training.epochs;
  train(s, &checkpoint);
}

// The file's keys are the options' names: CLI11 reads such files for a whole program only. What the
// command line gives goes first.
void read_config(CLI::App& command, const std::string& path) {
  if (!std::filesystem::is_regular_file(path))
    throw FileError(path, ": no such file; expected lines such as epochs = 20");
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path)) {
    CLI::Option* option = command.get_option_no_throw("--" + item.name);
    if (!option || !item.parents.empty() || item.name == "config" || item.name == "help")
      throw FileError(path, ": unknown key '", item.fullname(),
                      "'; expected the options of `cae train --help`, without the dashes");
    if (option->count() == 0) {
      option->add_result(item.inputs);
      option->run_callback();
    }
  }
}

} // namespace

void add_train(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "train", "Train an auto-encoder on your data; write the model, metrics and pictures.");
  const auto s = std::make_shared<TrainSettings>();
  TrainingOptions& t = s->training;
  c.add_option("--data", s->data,
               "a folder of IDX files such as MNIST's, or a .npy or .csv file: one sample a row")
      ->type_name("PATH");
  c.add_option("--out", s->out, "the folder to write to")->type_name("FOLDER");
  c.add_option("--resume", s->resume, "go on with the run in this folder, exactly where it stopped")
      ->type_name("FOLDER");
  c.add_option("--part", s->part, "which IDX files of the folder: train or t10k")
      ->capture_default_str();
  c.add_option("--image", s->image,
               "the samples' shape, where the data do not say: 28x28, or 32x32x3 with channels");
  c.add_option("--encoder", s->encoder,
               "the encoder's layers: 784-1000:sigmoid (widths, then the activation), or "
               "conv(16,3):relu,conv(32,3,stride=2):relu,linear(64):tanh. Layers: " +
                   layer_signatures() + ". Activations: " + nn::activation_names() +
                   ". The decoder mirrors it. Without this: one layer of 1000 sigmoid units")
      ->type_name("LAYERS");
  c.add_flag("--untied", s->untied, "give the decoder weights of its own, not the encoder's");
  c.add_flag("--stacked", s->stacked,
             "train the layers one after another, each on the codes of those below, instead of all "
             "at once; dense layers only, and not to be resumed");
  c.add_option("--lambda", s->lambda,
               "how much the penalty ||dh/dx||^2 counts; 0 is a plain auto-encoder")
      ->capture_default_str();
  c.add_option("--terms", s->terms,
               "what is added to the reconstruction, instead of --lambda: " + term_signatures() +
                   ", joined by +")
      ->type_name("TERMS")
      ->excludes("--lambda");
  c.add_option("--corruption", s->corruption,
               "what a denoising auto-encoder does to its inputs: " + corruption_signatures())
      ->capture_default_str();
  c.add_option("--loss", s->loss, loss_names() + "; cross-entropy needs values from 0 to 1")
      ->capture_default_str();
  c.add_option("--epochs", t.epochs, "how often to go through the data")->capture_default_str();
  c.add_option("--batch", t.batch, "samples in each step")->capture_default_str();
  c.add_option("--learning-rate", t.learning_rate, "the size of a step")->capture_default_str();
  c.add_option("--optimiser", t.optimiser, nn::optimiser_names())->capture_default_str();
  c.add_option("--schedule", t.schedule,
               "the learning rate over the epochs, as in warmup(5, cosine(35)): " +
                   nn::schedule_signatures())
      ->capture_default_str();
  c.add_option("--validation", s->validation,
               "how many samples, the last ones, are not trained on but measured [a sixth]");
  c.add_option("--patience", t.patience,
               "stop after so many epochs without improvement and keep the best weights; 0 never "
               "stops")
      ->capture_default_str();
  c.add_option("--seed", t.seed, "of all random numbers; the same seed gives the same weights")
      ->capture_default_str();
  c.add_option("--threads", s->threads, "processor cores to use")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c.add_option("--checkpoint-steps", t.checkpoint_steps,
               "write a checkpoint after so many steps, not only after each epoch; 0 does not")
      ->capture_default_str();
  c.add_option("--config", s->config,
               "read options that are not given here from this file, lines such as epochs = 20")
      ->type_name("FILE");
  c.callback([&c, s] {
    if (!s->config.empty())
      read_config(c, s->config);
    if (!s->resume.empty())
      return resume(c, *s);
    if (s->stacked && s->training.checkpoint_steps > 0)
      throw Error("--stacked together with --checkpoint-steps; expected one of them");
    if (s->data.empty() || s->out.empty())
      throw CLI::RequiredError("--data and --out, or --resume,");
    if (!(s->lambda >= 0))
      throw Error("--lambda ", s->lambda, "; expected at least 0");
    if (c.count("--terms") == 0 && s->lambda > 0)
      s->terms = "contractive(" + nn::exact(s->lambda) + ")";
    train(*s, nullptr);
  });
}

} // namespace contractive::cae::program
