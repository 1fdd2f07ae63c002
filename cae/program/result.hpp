#pragma once

#include "program.hpp"

#include <contractive/cae/measure/spectrum.hpp>

#include <nlohmann/json.hpp>

/// What a command prints at its end, on standard output: a text, or with --json one object.
/// Progress, notes and warnings are on standard error.
namespace contractive::cae::program {

using Json = nlohmann::ordered_json;

/// The option --json.
void add_json(CLI::App& command, bool& json);
/// A line with the object, or the text; numbers that are none are null in the object.
void print_result(bool json, const Json& object, const std::string& text);

/// Draws learning.svg in a training's folder; says in a note why not where charts cannot be drawn,
/// which is no reason for a training to fail. Returns whether it did.
bool draw_learning(const std::string& folder);

/// By the names that runs.csv has for them, shares from 0 to 1.
[[nodiscard]] Json to_json(const Measures& measures);
[[nodiscard]] Json to_json(const Measures& measures, const OperatorNorm& norm);

} // namespace contractive::cae::program
