#pragma once

#include <contractive/cae/experiment/run.hpp>

namespace contractive::cae {

/// One variant: the candidate with the lowest validation error, the first of equals, under every
/// seed; and, to see what was tried, the outcome of each candidate under the first seed.
struct Row {
  std::string name;            ///< of the variant
  std::vector<Outcome> chosen; ///< one for each seed
  std::vector<Outcome> tried;  ///< one for each candidate
};

/// Called with the current stage of a run, and how many runs of all are done.
using RunListener =
    std::function<void(const std::string& stage, std::size_t done, std::size_t all)>;

/// Trains all variants of the experiment: each candidate under the first seed, then the candidate
/// that is chosen by the validation error, never by the test error, under the others. `jobs` runs
/// go on at the same time, each on one thread if there are several. What is finished is kept in
/// `folder`; a comparison that was stopped goes on where it was, pre-training within its epochs.
/// `report` is called after every epoch that is trained, `finished` after every run.
/// Several workers share the runs out, in a folder that all of them see, and rank 0 alone has the
/// rows.
std::vector<Row> compare(const Experiment& experiment, const Splits& data,
                         const std::string& folder, std::size_t jobs,
                         const RunListener& report = {}, const RunListener& finished = {},
                         nn::Workers* workers = nullptr);

} // namespace contractive::cae
