#pragma once

#include "settings.hpp"

namespace contractive::cae::program {

/// What a command line of `cae train` says.
struct TrainCommand {
  TrainSettings settings;
  std::string out, resume, config, protocol;
  double lambda = 0.1; // a shorthand for terms
  bool overwrite = false, json = false;
};

void add_train_options(CLI::App& c, TrainCommand& command);

} // namespace contractive::cae::program
