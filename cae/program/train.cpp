#include "folder.hpp"
#include "interrupt.hpp"
#include "provenance.hpp"
#include "training.hpp"

#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/cae/report/learning.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>
#include <contractive/nn/file/lock.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/text/call.hpp>

#include <csignal>
#include <filesystem>
#include <iostream>

namespace contractive::cae::program {
namespace {

namespace fs = std::filesystem;

struct TrainCommand {
  TrainSettings settings;
  std::string out, resume, config, protocol;
  double lambda = 0.1; // a shorthand for terms
  bool overwrite = false;
};

constexpr const char* ways_on = ", --resume to go on with it, or --overwrite to replace it";

void say_what_begins(const TrainRun& run, const std::string& resumed) {
  const TrainSettings& s = run.settings;
  const std::size_t processes = run.options.workers->count();
  std::cerr << run.data.training.count() << " training and " << *s.validation
            << " validation samples; encoder " << s.encoder << ", "
            << (s.untied ? "untied" : "tied") << ", terms " << (s.terms.empty() ? "none" : s.terms)
            << ", corruption " << s.corruption << ", " << s.threads << " threads";
  if (processes > 1 || s.parts > 1)
    std::cerr << " in each of " << processes << " processes, batches in " << s.parts << " parts";
  std::cerr << resumed << std::endl;
  if (s.untied && !s.terms.empty())
    std::cerr << "cae: warning: " << untied_warning << std::endl;
}

// Says once where an exact contractive term takes most of a step by far.
void hint_at_cost(const TrainSettings& s, const Model<float>& model, const nn::Rows<float>& x) {
  for (const std::string& term : nn::split(s.terms, '+')) {
    const nn::Call call = nn::parse_call(term.empty() ? "none" : term);
    if (call.name != "contractive" || call.arguments.size() != 1)
      continue;
    Tape<float> tape;
    const Variable<float> in = tape.variable(nn::take_first(x, s.training.batch), "x");
    const JacobianCost cost = jacobian_cost((*model.network.encoder)(in), in);
    // There and back through encoder and decoder: six times what a sweep takes.
    const double rest = 6 * cost.naive / static_cast<double>(model.network.codes);
    if (cost.step > 8 * rest && rest > 0)
      print_notes({detail::text("the exact penalty takes some ", nn::rounded(cost.step / rest, 2),
                                " times the multiply-adds of the rest of a step; --terms "
                                "\"contractive(",
                                call.arguments[0],
                                ", 1)\" estimates it, without bias, by one random projection")});
  }
}

// Pictures, the measures of what was learned, and what there is to warn of.
void finish(const TrainRun& run) {
  const std::string& out = run.options.folder;
  const Inputs& data = run.data;
  const nn::Rows<float>& shown = data.validation.count() > 0 ? data.validation : data.training;
  const auto autoencoder = run.model.autoencoder();
  bool drawn = write_filters(out + "/filters.png", run.model.network, nn::take_first(shown, 1000));
  drawn |= write_reconstructions(out + "/reconstructions.png", autoencoder,
                                 nn::take_first(shown, 60), data.sample);
  write_learning(out);
  const Measures measures = measure(autoencoder, shown, run.options.saturation);
  const OperatorNorm norm = operator_norm(autoencoder, nn::take_first(shown, 1000));
  std::cout << describe(measures, norm, run.loss)
            << (drawn ? "model, metrics and pictures are in "
                      : "model, metrics and learning.svg are in ")
            << out << std::endl;
  const double constant = constant_loss(data.training, shown, run.loss);
  for (const std::string& warning : warnings(measures, constant))
    std::cerr << "cae: warning: " << warning << std::endl;
}

// Trains with a bar, or lines, of progress; returns whether it is over.
bool show(TrainRun& run, bool resumed) {
  const TrainSettings& s = run.settings;
  std::optional<Progress> progress;
  return run.run(resumed, [&](std::size_t epoch) {
    say_what_begins(run, !resumed    ? ""
                         : s.stacked ? "; resumed"
                                     : detail::text("; resumed in epoch ", epoch + 1));
    progress.emplace(std::cerr, error_display(), run.options.epochs, run.loss, *s.validation > 0);
    Observer observer = progress->observer();
    observer.stop = Interrupt::asked;
    return observer;
  });
}

// Trains from the settings, from the folder's checkpoint on where it is resumed. Returns the exit
// status.
int train(TrainSettings s, const std::string& out, bool overwrite, bool resumed,
          const Workers& workers) {
  set_threads(s.threads);
  static_cast<void>(loss_from(s.loss));
  s.given = s.data;
  s.data = fs::absolute(s.data).string(); // resuming may happen elsewhere
  if (!s.encoder.empty())
    Specification::parse(s.encoder); // before reading data takes its time
  make_terms<float>(s.terms);
  make_corruption(s.corruption);
  nn::make_optimiser<float>(s.training.optimiser, s.training.learning_rate);
  nn::make_schedule(s.training.schedule);
  if (s.output_bias != "mean" && s.output_bias != "zero")
    throw Error("--output-bias ", s.output_bias, "; expected mean or zero");
  const bool refused = !resumed && !overwrite;
  if (refused)
    require_no_run(out, ways_on);
  TrainRun run(s, out, workers);
  print_notes(run.notes);
  std::optional<nn::FolderLock> lock; // who resumes has it already
  if (!resumed)
    lock.emplace(out);
  if (refused) // another process may have begun one meanwhile
    require_no_run(out, ways_on);
  if (!resumed) {
    remove_run(out);
    nn::write_file(out + "/run.toml",
                   to_toml(run.settings, run.data.training.count() + *run.settings.validation));
  }
  hint_at_cost(run.settings, run.model, run.data.training);
  hand_out(run, resumed);
  const Interrupt interrupt;
  const bool over = show(run, resumed);
  save_model(out + "/model.safetensors", run.model);
  if (!over) {
    std::cerr << "\ncae: stopped; the model so far and a checkpoint are in " << out
              << ": go on with `cae train --resume " << out << "`" << std::endl;
    return 128 +
           (Interrupt::asked() ? Interrupt::signal() : SIGINT); // or another process was asked
  }
  finish(run);
  return 0;
}

// The checkpoint of a run: of its first layer, where layers are trained one after another.
std::string checkpoint_of(const std::string& folder) {
  const std::string whole = Trainer<float>::checkpoint_in(folder);
  const std::string first = Trainer<float>::checkpoint_in(folder + "/layer-1");
  return fs::exists(whole) || !fs::exists(first) ? whole : first;
}

int resume(const CLI::App& command, const TrainCommand& given, const Workers& workers) {
  for (const CLI::Option* option : command.get_options())
    if (option->count() > 0 && !option->check_lname("resume") && !option->check_lname("data") &&
        !option->check_lname("epochs") && !option->check_lname("memory"))
      throw Error("train: ", option->get_name(),
                  " together with --resume; expected only "
                  "--data, --epochs or --memory besides: the checkpoint has everything else");
  if (!fs::is_directory(given.resume))
    throw FileError(given.resume, ": no such folder; expected one that `cae train` wrote to");
  const nn::FolderLock lock(given.resume); // before reading what another process may be writing
  const std::string file = checkpoint_of(given.resume);
  if (!fs::exists(file))
    throw FileError(given.resume,
                    ": holds no checkpoint; expected one: a run that was stopped before "
                    "its first is begun again, with --overwrite");
  const nn::Tensors<float> checkpoint = nn::read_safetensors<float>(file);
  const auto settings = checkpoint.metadata.find("settings");
  if (settings == checkpoint.metadata.end())
    throw FileError(file, ": no settings; expected a checkpoint of `cae train`");
  TrainSettings s = from_json(settings->second, file);
  if (command.count("--data") > 0)
    s.data = given.settings.data;
  if (command.count("--epochs") > 0 && s.stacked)
    throw Error("train: --epochs for a run with --stacked; expected none: its upper layers have "
                "been trained on what the lower ones gave");
  if (command.count("--epochs") > 0)
    s.training.epochs = given.settings.training.epochs;
  if (const auto core = checkpoint.metadata.find("blas-core");
      core != checkpoint.metadata.end() && core->second != blas_core())
    print_notes({"this run began where OpenBLAS computes for the processor " + core->second +
                 ", here for " + blas_core() + ": the last bits of its numbers may differ"});
  s.memory = given.settings.memory;
  return train(s, given.resume, false, true, workers);
}

void add_options(CLI::App& c, TrainCommand& command) {
  TrainSettings& s = command.settings;
  TrainingOptions& t = s.training;
  c.add_option("--data", s.data,
               "a folder of IDX files such as MNIST's, or a .npy, .npz, .csv or IDX file: one "
               "sample a row")
      ->type_name("PATH");
  c.add_option("--out", command.out, "the folder to write to")->type_name("FOLDER");
  c.add_flag("--overwrite", command.overwrite, "replace the run that the folder holds");
  c.add_option("--resume", command.resume,
               "go on with the run in this folder, exactly where it stopped")
      ->type_name("FOLDER");
  add_reading(c, s.reading, "");
  c.add_option("--image", s.image,
               "the samples' shape, where the data do not say: 28x28, or 32x32x3 with channels");
  c.add_option("--encoder", s.encoder,
               "the encoder's layers: 784-1000:sigmoid (widths, then the activation), or "
               "conv(16,3):relu,conv(32,3,stride=2):relu,linear(64):tanh. Layers: " +
                   layer_signatures() + ". Activations: " + nn::activation_names() +
                   ". The decoder mirrors it. Without this: one layer of 1000 sigmoid units")
      ->type_name("LAYERS");
  c.add_flag("--untied", s.untied, "give the decoder weights of its own, not the encoder's");
  c.add_flag("--stacked", s.stacked,
             "train the layers one after another, each on the codes of those below, instead of all "
             "at once; dense layers only");
  not_negative(*c.add_option("--lambda", command.lambda,
                             "how much the penalty ||dh/dx||^2 counts; 0 is a plain auto-encoder"))
      .capture_default_str();
  c.add_option("--terms", s.terms,
               "what is added to the reconstruction, instead of --lambda: " + term_signatures() +
                   ", joined by +")
      ->type_name("TERMS")
      ->excludes("--lambda");
  c.add_option("--corruption", s.corruption,
               "what a denoising auto-encoder does to its inputs: " + corruption_signatures())
      ->capture_default_str();
  c.add_option("--loss", s.loss, loss_names() + "; cross-entropy needs values from 0 to 1")
      ->capture_default_str();
  c.add_option("--output-bias", s.output_bias,
               "what the decoder begins with: the training samples' mean, or zero")
      ->capture_default_str();
  add_count(c, "--epochs", t.epochs, "how often to go through the data");
  add_count(c, "--batch", t.batch, "samples in each step");
  positive(*c.add_option("--learning-rate", t.learning_rate, "the size of a step"))
      .capture_default_str();
  c.add_option("--optimiser", t.optimiser, nn::optimiser_names())->capture_default_str();
  c.add_option("--schedule", t.schedule,
               "the learning rate over the epochs, as in warmup(5, cosine(35)): " +
                   nn::schedule_signatures())
      ->capture_default_str();
  add_count(c, "--validation", s.validation,
            "how many samples, the last ones, are not trained on but measured [a sixth]", {0});
  add_count(
      c, "--patience", t.patience,
      "stop after so many epochs without improvement and keep the best weights; 0 never stops",
      {0});
  add_count(c, "--seed", t.seed, "of all random numbers; the same seed gives the same weights",
            {0, any_seed});
  add_count(c, "--threads", s.threads, "processor cores to use, in each process", {1, 1024});
  add_count(c, "--parts", s.parts,
            "into how many parts a batch is cut, each of which one process computes: the weights "
            "depend on it, but not on the number of processes",
            {1, 4096});
  add_count(c, "--memory", s.memory,
            "how many MiB the samples may take; of more, rows are read from the disk as they are "
            "needed",
            {0, 1U << 24});
  add_count(c, "--checkpoint-steps", t.checkpoint_steps,
            "write a checkpoint after so many steps, not only after each epoch; 0 does not", {0});
  c.add_option("--config", command.config,
               "read options that are not given here from this file, lines such as epochs = 20; "
               "each run writes such a file, run.toml")
      ->type_name("FILE");
  c.add_option("--protocol", command.protocol,
               "take the options that are not given from a publication: " + protocol_names());
}

} // namespace

void add_train(CLI::App& app, int& status, const Workers& workers) {
  CLI::App& c = *app.add_subcommand(
      "train", "Train an auto-encoder on your data; write the model, metrics and pictures.");
  const auto command = std::make_shared<TrainCommand>();
  command->settings.threads = threads_of(*workers);
  command->settings.parts = workers->count();
  add_options(c, *command);
  c.callback([&c, &status, command, workers] {
    TrainSettings& s = command->settings;
    if (!command->resume.empty()) {
      status = resume(c, *command, workers);
      return;
    }
    s.command = command_line(c, {"--overwrite"}); // before options have values from elsewhere
    if (!command->config.empty())
      read_config(c, command->config);
    if (!command->protocol.empty())
      apply_protocol(c, command->protocol);
    if (s.data.empty() || command->out.empty())
      throw CLI::RequiredError("--data and --out, or --resume,");
    if (c.count("--terms") == 0 && command->lambda > 0)
      s.terms = "contractive(" + nn::exact(command->lambda) + ")";
    status = train(s, command->out, command->overwrite, false, workers);
  });
}

} // namespace contractive::cae::program
