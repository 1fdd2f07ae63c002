#pragma once

#include <contractive/cae/report/chart.hpp>
#include <contractive/cae/training/log.hpp>

namespace contractive::cae {

/// The learning curve of a training's log: the objective over the epochs, in training and on the
/// samples that are measured, its least one marked; then, where there are terms, what the
/// reconstruction and the terms with their weights are of it. Curves of columns that the log lacks,
/// as an older version's does, are left out; without any, there is no chart.
[[nodiscard]] std::vector<Chart> learning_charts(const LogColumns& log);

/// Draws the log of a training's folder, metrics.csv, as learning.svg beside it; and those of its
/// layers, where these were trained one after another. Writes nothing for a log without a chart.
/// Throws FileError when it cannot be written.
void write_learning(const std::string& folder);

} // namespace contractive::cae
