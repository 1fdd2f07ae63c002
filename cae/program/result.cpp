#include "result.hpp"

#include "options.hpp"

#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/report/learning.hpp>

#include <iostream>

namespace contractive::cae::program {

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "print the result as one JSON object");
}

void print_result(bool json, const Json& object, const std::string& text) {
  // a path need not be UTF-8
  std::cout << (json ? object.dump(-1, ' ', false, Json::error_handler_t::replace) : text)
            << std::endl;
}

bool draw_learning(const std::string& folder) {
  try {
    write_learning(folder);
    return true;
  } catch (const FileError&) {
    throw; // a full disk is one
  } catch (const Error& error) {
    print_notes({std::string("learning.svg is not drawn: ") + error.what()});
    return false;
  }
}

Json to_json(const Measures& m) {
  return {{"reconstruction", m.reconstruction},
          {"floor", m.floor},
          {"norm", m.norm},
          {"squared_norm", m.squared_norm},
          {"squared_entry", m.squared_entry},
          {"saturation_low", m.low},
          {"saturation_high", m.high},
          {"dead_units", m.dead},
          {"units", m.units}};
}

Json to_json(const Measures& measures, const OperatorNorm& norm) {
  Json result = to_json(measures);
  result["operator_norm"] = norm.mean;
  result["contractions"] = norm.contractions;
  return result;
}

} // namespace contractive::cae::program
