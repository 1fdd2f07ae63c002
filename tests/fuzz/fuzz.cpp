#include "targets.hpp"

#include <contractive/autodiff/array/error.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// libFuzzer's entry points. The environment says what is fuzzed: CONTRACTIVE_FUZZ=csv; with
// CONTRACTIVE_SEEDS=FOLDER the target's seeds are written there first, which is where its corpus
// begins.

namespace {

using namespace contractive::tests;

const Target* target = nullptr;

void write_seeds(const std::string& folder) {
  std::filesystem::create_directories(folder);
  std::size_t number = 0;
  for (const std::string& seed : target->seeds())
    std::ofstream(folder + "/seed-" + std::to_string(number++), std::ios::binary) << seed;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  const char* const name = std::getenv("CONTRACTIVE_FUZZ");
  for (const Target& known : targets())
    if (name && known.name == std::string(name))
      target = &known;
  if (!target) {
    std::fputs("CONTRACTIVE_FUZZ; expected one of", stderr);
    for (const Target& known : targets())
      std::fprintf(stderr, " %s", known.name);
    std::fputs("\n", stderr);
    std::exit(1);
  }
  if (const char* const folder = std::getenv("CONTRACTIVE_SEEDS"))
    write_seeds(folder);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    target->read({reinterpret_cast<const char*>(data), size});
  } catch (const contractive::Error&) { // any other kind of exception is a fault
  }
  return 0;
}
