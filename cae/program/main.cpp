#include "program.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <string>

namespace {

int fail(std::string why) {
  std::replace(why.begin(), why.end(), '\n', ' ');
  std::cerr << "cae: " << why << std::endl;
  return 1;
}

// Returns the exit status.
int run(int count, char** arguments) {
  using namespace contractive::cae;
  CLI::App app("Contractive auto-encoders: codes that change little around the data, except along "
               "the directions in which the data themselves vary. Begin with `cae demo`.",
               "cae");
  app.require_subcommand(1);
  app.set_version_flag("--version", "cae " CAE_VERSION);
  int status = 0;
  program::add_demo(app);
  program::add_train(app, status);
  program::add_encode(app);
  program::add_reconstruct(app);
  program::add_sample(app);
  program::add_analyze(app);
  program::add_compare(app);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (!std::cout.flush())
    return fail("standard output cannot be written: is the disk full?");
  return status;
}

} // namespace

int main(int count, char** arguments) {
  std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is then an error to report, as a full disk
  try {
    return run(count, arguments);
  } catch (const std::bad_alloc&) {
    return fail("not enough memory: try a smaller --batch or a smaller encoder");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
