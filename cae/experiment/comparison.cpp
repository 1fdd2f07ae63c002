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

// Runs with the same pre-training go on one after another, others side by side.
class Workers {
public:
  Workers(const Splits& data, const std::string& folder, std::size_t jobs, std::size_t all,
          const RunListener& report, const RunListener& finished)
      : data_(data), folder_(folder), jobs_(jobs), all_(all), report_(report), finished_(finished) {
  }

  void run_all(std::vector<Run>& runs) {
    std::map<std::string, std::vector<Run*>> groups;
    std::vector<std::string> order;
    for (Run& run : runs) {
      const std::string key = pretraining_of(data_, run.settings, run.seed);
      if (groups[key].empty())
        order.push_back(key);
      groups[key].push_back(&run);
    }
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(jobs_, order.size()); ++i)
      threads.emplace_back([&] {
        try {
          for (std::size_t k = next++; k < order.size(); k = next++)
            for (Run* run : groups[order[k]])
              run_one(*run);
        } catch (...) {
          const std::lock_guard<std::mutex> lock(mutex_);
          failure = failure ? failure : std::current_exception();
          next = order.size(); // the others end after their current group
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    if (failure)
      std::rethrow_exception(failure);
  }

private:
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
                         const RunListener& finished) {
  const ThreadsFor threads(jobs);
  std::vector<Run> first;
  for (const Variant& variant : experiment.variants)
    for (const Settings& candidate : variant.candidates)
      first.push_back({&variant, candidate, experiment.seeds[0]});
  Workers workers(data, folder, std::max<std::size_t>(1, jobs),
                  first.size() + experiment.variants.size() * (experiment.seeds.size() - 1), report,
                  finished);
  workers.run_all(first);

  std::vector<Row> rows;
  std::vector<Run> rest;
  std::size_t at = 0;
  for (const Variant& variant : experiment.variants) {
    Row row{variant.name, {}, {}};
    for (std::size_t i = 0; i < variant.candidates.size(); ++i)
      row.tried.push_back(first[at++].outcome);
    row.chosen.push_back(*std::min_element(row.tried.begin(), row.tried.end(),
                                           [](const Outcome& a, const Outcome& b) {
                                             return a.validation_error < b.validation_error;
                                           }));
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      rest.push_back({&variant, row.chosen[0].settings, experiment.seeds[k]});
    rows.push_back(row);
  }
  workers.run_all(rest);
  at = 0;
  for (Row& row : rows)
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      row.chosen.push_back(rest[at++].outcome);
  return rows;
}

} // namespace contractive::cae
