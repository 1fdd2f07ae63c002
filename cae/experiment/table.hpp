#pragma once

#include <contractive/cae/experiment/comparison.hpp>

namespace contractive::cae {

/// A comparison as a table in Markdown: each variant's test error with its 95 % interval over the
/// seeds, its measures, and what was chosen; then the differences from the first variant, with
/// McNemar's test for each seed.
[[nodiscard]] std::string markdown(const Experiment& experiment, const std::vector<Row>& rows);
/// Every run, those of candidates that were not chosen too, one a line.
[[nodiscard]] std::string csv(const Experiment& experiment, const std::vector<Row>& rows);

/// The same as one object: of each variant what was chosen, and of each number of csv() the mean
/// over the seeds and the half width of its interval; then its differences from the first variant.
/// Shares are from 0 to 1; what is no number is null.
[[nodiscard]] std::string json(const Experiment& experiment, const std::vector<Row>& rows);

} // namespace contractive::cae
