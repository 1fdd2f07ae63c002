#include "help.hpp"
#include "manual.hpp"
#include "program.hpp"
#include "training.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <new>
#include <string>
#include <unistd.h>

namespace nn = contractive::nn;
using namespace contractive::cae;

namespace {

int fail(std::string why) {
  std::replace(why.begin(), why.end(), '\n', ' ');
  std::cerr << "cae: " + why + "\n"; // at once: lines of several processes meet
  return 1;
}

// What rank 0 does. Returns the exit status.
int run(int count, char** arguments, const program::Workers& workers) {
  CLI::App app("Contractive auto-encoders: codes that change little around the data, except along "
               "the directions in which the data themselves vary.",
               "cae");
  app.formatter(std::make_shared<program::Help>());
  app.require_subcommand(1)->group("Commands");
  program::begin_group(app, "Help");
  app.set_version_flag("--version", "cae " CAE_VERSION " (" + program::mpi_version() + ")",
                       "print the version and exit");
  int status = 0;
  program::add_demo(app);
  program::add_train(app, status, workers);
  program::add_encode(app);
  program::add_reconstruct(app);
  program::add_sample(app);
  program::add_analyze(app);
  program::add_compare(app, workers);
  program::add_manual(app);
  program::end_help(
      app, "cae demo",
      "Each command explains itself: cae train --help\n"
      "Results are on standard output; progress, notes and errors, a line each, on standard error. "
      "The exit status is 0, 1 after an error, or 128 and the number of the signal that stopped a "
      "training. There are no colours, and a bar only where standard error is a terminal.");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : fail(program::mistake(app, error));
  }
  if (!std::cout.flush())
    return fail("standard output cannot be written: is the disk full?");
  return status;
}

// What the others do: one job after another, until there is none.
int work(const program::Workers& workers) {
  for (program::Job job = program::shared(*workers); !job.empty(); job = program::shared(*workers))
    if (job.at("command") == "train")
      program::train_along(job, workers);
    else
      program::compare_along(job, *workers);
  return 0;
}

// The exit status of `what`, or 1 where it throws: then the others end too, and rank 0 says why.
template <class What> int guarded(nn::Workers& workers, const What& what) {
  std::string why;
  try {
    return what();
  } catch (const std::bad_alloc&) {
    why = "not enough memory: try a smaller --batch or a smaller encoder";
  } catch (const std::exception& error) {
    why = error.what();
  }
  workers.fail(why);
  return 1;
}

// A standard stream that was closed: else the first files have its number, and what is printed.
void keep_standard_streams() {
  int file = 0;
  do
    file = open("/dev/null", O_RDONLY); // printing to it is an error still
  while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0)
    close(file);
}

} // namespace

int main(int count, char** arguments) {
  keep_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is then an error to report, as a full disk
  program::Workers workers;
  try {
    workers = program::start_workers();
  } catch (const std::exception& error) {
    return fail(error.what());
  }
  workers->report = fail;
  return guarded(*workers, [&] {
    if (!workers->first())
      return work(workers);
    const int status = run(count, arguments, workers);
    static_cast<void>(program::shared(*workers)); // the end
    return status;
  });
}
