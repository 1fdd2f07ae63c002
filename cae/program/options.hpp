#pragma once

#include "program.hpp"

#include <contractive/cae/data/samples.hpp>
#include <contractive/nn/text/words.hpp>

/// Options that several commands have.
namespace contractive::cae::program {

/// The least and the greatest that a number may be.
struct Limits {
  std::size_t least = 1, most = 1000000000;
};

constexpr std::size_t any_seed = static_cast<std::size_t>(-1);

/// Refuses, by its name, what is no whole number within these limits.
CLI::Option& limit(CLI::Option& option, Limits limits);
/// Refuses what is no finite number, or one below 0 (or 0 itself, where it is to be positive).
CLI::Option& not_negative(CLI::Option& option);
CLI::Option& positive(CLI::Option& option);

/// An option for a number that counts something, with its default: of type std::size_t, or of one
/// that may be missing.
template <class Count>
CLI::Option& add_count(CLI::App& command, const std::string& name, Count& value,
                       const std::string& text, Limits limits = {}) {
  CLI::Option& option = *command.add_option(name, value, text);
  if constexpr (std::is_integral_v<Count>)
    option.capture_default_str();
  return limit(option, limits);
}

/// How data are read, as a command line says it; empty where it does not.
struct ReadingOptions {
  std::string part = "train", scale{}, layout{}, columns{}, label_column{}, header{};

  /// The reading for these options, and for what they leave open that of `base`.
  [[nodiscard]] Reading over(const Reading& base) const;
};
/// Their options; `otherwise` says what holds without them.
void add_reading(CLI::App& command, ReadingOptions& options, const std::string& otherwise);

/// One line for each, on standard error.
void print_notes(const std::vector<std::string>& notes);

} // namespace contractive::cae::program
