#include <contractive/cae/experiment/comparison.hpp>

#include <contractive/autodiff/array/threads.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

namespace contractive::cae {
namespace {

// One run of a comparison.
struct Run {
  const Variant* variant;
  Settings settings;
  std::uint64_t seed;
  Outcome outcome{};
};

// What a run takes, to compare it with others: the weights, and how often they are moved.
double work_of(const Splits& data, const Run& run) {
  Random random;
  const Model<float> model(configuration_of(run.settings, data.sample), random);
  double weights = 0;
  for (const nn::Parameter<float>& parameter : model.network.parameters())
    weights += static_cast<double>(parameter.value().size());
  const auto number = [&](const char* key) { return number_in(run.settings, key); };
  const double pretraining =
      flag_in(run.settings, "pretraining.skip") ? 0 : number("pretraining.epochs");
  return weights * (pretraining + number("classifier.epochs"));
}

// Runs with the same pre-training go on one after another, others side by side, those that take
// longest first.
class Runner {
public:
  Runner(const Splits& data, const std::string& folder, std::size_t jobs, nn::Workers& workers,
         std::size_t all, const RunListener& report, const RunListener& finished)
      : data_(data), folder_(folder), jobs_(jobs), all_(all), workers_(workers), report_(report),
        finished_(finished) {}

  void run_all(std::vector<Run>& runs) {
    const std::vector<Group> groups = groups_of(runs);
    const auto run_group = [&](std::size_t k) {
      for (Run* run : groups[k].runs)
        run_one(*run);
    };
    if (workers_.count() == 1)
      return in_threads(groups.size(), run_group);
    workers_.share_out(groups.size(), run_group, [&](std::size_t k) {
      for (Run* run : groups[k].runs)
        collect(*run);
    });
  }

private:
  struct Group {
    double work = 0;
    std::vector<Run*> runs{};
  };

  std::vector<Group> groups_of(std::vector<Run>& runs) const {
    std::map<std::string, std::size_t> known;
    std::vector<Group> groups;
    for (Run& run : runs) {
      const auto [at, fresh] =
          known.emplace(pretraining_of(data_, run.settings, run.seed), groups.size());
      if (fresh)
        groups.emplace_back();
      groups[at->second].runs.push_back(&run);
      groups[at->second].work += work_of(data_, run);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.work > b.work; });
    return groups;
  }

  void in_threads(std::size_t n, const std::function<void(std::size_t)>& task) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(jobs_, n); ++i)
      threads.emplace_back([&] {
        try {
          for (std::size_t k = next++; k < n; k = next++)
            task(k);
        } catch (...) {
          const std::lock_guard<std::mutex> lock(mutex_);
          failure = failure ? failure : std::current_exception();
          next = n; // the others end after their current group
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    if (failure)
      std::rethrow_exception(failure);
  }

  // What another process has finished.
  void collect(Run& run) {
    if (!is_finished(data_, run.settings, run.seed, folder_))
      throw FileError(folder_, ": does not hold the results of another process; expected a folder "
                               "that all machines share");
    run_one(run);
  }

  void run_one(Run& run) {
    const std::string name = detail::text(run.variant->name, ", seed ", run.seed, ": ");
    run.outcome = cae::run(data_, run.settings, run.seed, folder_, [&](const std::string& what) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (report_)
        report_(name + what, done_, all_);
    });
    const std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    const Outcome& o = run.outcome;
    if (finished_)
      finished_(detail::text(name, "validation error ", 100 * o.validation_error, " % in epoch ",
                             o.epoch, ", |J| ", o.measures.norm, ", ",
                             std::lround(o.pretraining_seconds), " + ",
                             std::lround(o.classifier_seconds), " s"),
                done_, all_);
  }

  std::mutex mutex_;
  const Splits& data_;
  const std::string& folder_;
  std::size_t jobs_, done_ = 0, all_;
  nn::Workers& workers_;
  const RunListener &report_, &finished_;
};

// One thread each for several jobs; afterwards as many as before.
class ThreadsFor {
public:
  explicit ThreadsFor(std::size_t jobs) : before_(thread_count()) {
    if (jobs > 1)
      set_threads(1);
  }
  ~ThreadsFor() { set_threads(before_); }
  ThreadsFor(const ThreadsFor&) = delete;
  ThreadsFor& operator=(const ThreadsFor&) = delete;

private:
  int before_;
};

} // namespace

std::vector<Row> compare(const Experiment& experiment, const Splits& data,
                         const std::string& folder, std::size_t jobs, const RunListener& report,
                         const RunListener& finished, nn::Workers* workers) {
  const ThreadsFor threads(jobs);
  nn::Workers alone;
  nn::Workers& all = workers ? *workers : alone;
  std::vector<Run> first;
  for (const Variant& variant : experiment.variants)
    for (const Settings& candidate : variant.candidates)
      first.push_back({&variant, candidate, experiment.seeds[0]});
  Runner runner(data, folder, std::max<std::size_t>(1, jobs), all,
                first.size() + experiment.variants.size() * (experiment.seeds.size() - 1), report,
                finished);
  runner.run_all(first);

  std::vector<Row> rows;
  std::vector<Run> rest;
  std::size_t at = 0;
  for (const Variant& variant : experiment.variants) {
    Row row{variant.name, {}, {}};
    for (std::size_t i = 0; i < variant.candidates.size(); ++i)
      row.tried.push_back(first[at++].outcome);
    const auto best = std::min_element(
        row.tried.begin(), row.tried.end(),
        [](const Outcome& a, const Outcome& b) { return a.validation_error < b.validation_error; });
    std::string chosen = std::to_string(best - row.tried.begin());
    all.broadcast(chosen); // only rank 0 has all outcomes
    const Settings& settings = variant.candidates[std::stoul(chosen)];
    row.chosen.push_back(*best);
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      rest.push_back({&variant, settings, experiment.seeds[k]});
    rows.push_back(row);
  }
  runner.run_all(rest);
  at = 0;
  for (Row& row : rows)
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      row.chosen.push_back(rest[at++].outcome);
  return rows;
}

} // namespace contractive::cae
