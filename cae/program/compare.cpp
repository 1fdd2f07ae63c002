#include "help.hpp"
#include "options.hpp"
#include "result.hpp"

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/cae/experiment/table.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/lock.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace contractive::cae::program {
namespace {
namespace fs = std::filesystem;

struct CompareSettings {
  std::string experiment, data, out;
  std::size_t jobs = 1;
  bool json = false;
};

// What rank 0 does.
void compare(const CompareSettings& s, nn::Workers& workers) {
  if (workers.count() > 1 && s.jobs > 1)
    throw Error("--jobs ", s.jobs, " in each of ", workers.count(),
                " processes; expected 1: each process has one run at a time");
  Experiment experiment = Experiment::read(s.experiment);
  if (!s.data.empty())
    experiment.data.path = s.data;
  if (experiment.data.path.empty())
    throw Error(s.experiment, ": no path in [data]; expected one, or --data");
  const Splits data = read_splits(experiment.data);
  const nn::FolderLock lock(s.out);
  nn::remove_leftovers(s.out + "/runs");
  print_notes(data.notes);
  std::cerr << data.training.labels.size() << " training, " << data.validation.labels.size()
            << " validation and " << data.test.labels.size() << " test samples of " << data.classes
            << " classes; " << experiment.variants.size() << " variants, "
            << experiment.seeds.size() << " seeds, " << std::max(s.jobs, workers.count())
            << " runs at a time" << std::endl;
  const bool bar = error_display() == Display::bar;
  const std::string clear = bar ? "\r\033[K" : "";
  RunListener epochs;
  if (bar)
    epochs = [&](const std::string& what, std::size_t done, std::size_t all) {
      std::cerr << clear
                << detail::text(progress_bar(done, all, 20), " ", done, "/", all, "  ", what)
                       .substr(0, 110)
                << std::flush;
    };
  const RunListener runs = [&](const std::string& what, std::size_t done, std::size_t all) {
    std::cerr << clear << done << "/" << all << "  " << what << std::endl;
  };
  static_cast<void>(shared(workers, {{"command", "compare"},
                                     {"experiment", nn::read_file(s.experiment)},
                                     {"data", fs::absolute(experiment.data.path).string()},
                                     {"fingerprint", nn::hex(data.fingerprint)},
                                     {"out", fs::absolute(s.out).string()}}));
  require_same_core(workers);
  if (workers.count() > 1)
    set_threads(threads_of(workers));
  const auto rows = cae::compare(experiment, data, s.out, s.jobs, epochs, runs, &workers);
  const std::string table = markdown(experiment, rows);
  nn::write_file(s.out + "/table.md", table);
  nn::write_file(s.out + "/runs.csv", csv(experiment, rows));
  print_result(s.json, s.json ? Json::parse(json(experiment, rows)) : Json(),
               detail::text(table, "\nThis table is in ", s.out, "/table.md, every run in ", s.out,
                            "/runs.csv"));
}

} // namespace

void compare_along(const Job& job, nn::Workers& workers) {
  require_same_core(workers);
  set_threads(threads_of(workers));
  Experiment experiment = Experiment::parse("rank 0's experiment", job.at("experiment"));
  experiment.data.path = job.at("data");
  const Splits data = read_splits(experiment.data);
  if (nn::hex(data.fingerprint) != job.at("fingerprint"))
    throw FileError(experiment.data.path, ": not the data that rank 0 has; expected the same");
  cae::compare(experiment, data, job.at("out"), 1, {}, {}, &workers);
}

void add_compare(CLI::App& app, const Workers& workers) {
  CLI::App& c = *app.add_subcommand(
      "compare", "Train several variants under one protocol; a table of their test errors.");
  const std::string notes =
      "The experiment is a TOML file: seeds, [data], what all variants share under "
      "[pretraining] and [classifier], and a [[variant]] with a name for each. A list of "
      "values is searched over, by the validation error of the classifier. Stopped, it goes "
      "on with what the folder holds; the column model of its runs.csv says where each run's "
      "model is, for cae analyze. docs/experiments, installed in share/doc/contractive, "
      "has examples.";
  const auto s = std::make_shared<CompareSettings>();
  begin_group(c, "Data");
  c.add_option("experiment", s->experiment, "the TOML file")->required()->type_name("FILE");
  c.add_option("--data", s->data, "the data, instead of the file's [data] path")->type_name("PATH");
  begin_group(c, "Training");
  add_count(c, "--jobs", s->jobs, "how many runs go on at a time, each on one core if several",
            {1, 1024});
  begin_group(c, "Output");
  c.add_option("--out", s->out, "the folder for runs, models and the table")
      ->required()
      ->type_name("FOLDER");
  add_json(c, s->json);
  end_help(c, "cae compare EXPERIMENT.toml --data DATA --out runs", notes);
  c.callback([s, workers] { compare(*s, *workers); });
}

} // namespace contractive::cae::program
