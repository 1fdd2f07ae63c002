#include "folder.hpp"
#include "interrupt.hpp"
#include "provenance.hpp"
#include "result.hpp"
#include "train_options.hpp"
#include "training.hpp"

#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/tape/tape.hpp>
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
void finish(const TrainRun& run, bool json) {
  const std::string& out = run.options.folder;
  const Inputs& data = run.data;
  const nn::Rows<float>& shown = data.validation.count() > 0 ? data.validation : data.training;
  const auto autoencoder = run.model.autoencoder();
  bool drawn = write_filters(out + "/filters.png", run.model.network, nn::take_first(shown, 1000));
  drawn |= write_reconstructions(out + "/reconstructions.png", autoencoder,
                                 nn::take_first(shown, 60), data.sample);
  const bool charted = draw_learning(out);
  const Measures measures = measure(autoencoder, shown, run.options.saturation);
  const OperatorNorm norm = operator_norm(autoencoder, nn::take_first(shown, 1000));
  print_result(json, {{"folder", out}, {"measures", to_json(measures, norm)}},
               describe(measures, norm, run.loss) +
                   (drawn     ? "model, metrics and pictures are in "
                    : charted ? "model, metrics and learning.svg are in "
                              : "model and metrics are in ") +
                   out);
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
int train(TrainSettings s, const TrainCommand& given, const Workers& workers) {
  const bool resumed = !given.resume.empty();
  const std::string& out = resumed ? given.resume : given.out;
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
  const bool refused = !resumed && !given.overwrite;
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
  finish(run, given.json);
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
        !option->check_lname("epochs") && !option->check_lname("memory") &&
        !option->check_lname("json"))
      throw Error(
          "train: ", option->get_name(),
          " together with --resume; expected only "
          "--data, --epochs, --memory or --json besides: the checkpoint has everything else");
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
  return train(s, given, workers);
}

} // namespace

void add_train(CLI::App& app, int& status, const Workers& workers) {
  CLI::App& c = *app.add_subcommand(
      "train", "Train an auto-encoder on your data; write the model, metrics and pictures.");
  const auto command = std::make_shared<TrainCommand>();
  command->settings.threads = threads_of(*workers);
  command->settings.parts = workers->count();
  add_train_options(c, *command);
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
      throw Error("train: no ", s.data.empty() ? "--data" : "--out",
                  "; expected --data and --out, or --resume");
    if (c.count("--terms") == 0 && command->lambda > 0)
      s.terms = "contractive(" + nn::exact(command->lambda) + ")";
    status = train(s, *command, workers);
  });
}

} // namespace contractive::cae::program
