#include <contractive/cae/report/gnuplot.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/report/chart.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <sys/wait.h>

namespace contractive::cae {
namespace {

// A temporary file without a name, which is gone when it is closed.
using File = std::unique_ptr<FILE, int (*)(FILE*)>;

File temporary() {
  File result(std::tmpfile(), &std::fclose);
  if (!result)
    throw Error("/tmp: no temporary file can be made; expected a folder to write to");
  if (fileno(result.get()) <= 2) // of a standard stream that was closed: gnuplot's are others
    return temporary();          // while this one keeps the number
  return result;
}

// By its number, since it has no name.
std::string path_of(const File& file) { return detail::text("/dev/fd/", fileno(file.get())); }

std::string rest_of(FILE* file) {
  std::string result;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
    result += static_cast<char>(c);
  return result;
}

void run(const std::string& arguments, const std::string& what) {
  FILE* const pipe = popen(("gnuplot " + arguments + " 2>&1").c_str(), "r");
  std::string printed = pipe ? rest_of(pipe) : "it cannot be started";
  std::replace(printed.begin(), printed.end(), '\n', ' ');
  const int status = pipe ? pclose(pipe) : -1;
  if (pipe && WIFEXITED(status) && WEXITSTATUS(status) == 127) // the shell's
    throw Error(what, ": there is no program gnuplot; expected it to be installed, as by Debian's "
                      "gnuplot-nox");
  if (status != 0)
    throw Error(what, ": gnuplot fails: ", printed);
}

} // namespace

void require_gnuplot() { run("--version", "charts"); }

std::string gnuplot(const std::string& commands, const std::string& what) {
  const File script = temporary(), drawn = temporary();
  const std::string all = "set output '" + path_of(drawn) + "'\n" + commands;
  if (std::fputs(all.c_str(), script.get()) < 0 || std::fflush(script.get()) != 0)
    throw Error(what, ": /tmp cannot be written: is the disk full?");
  std::rewind(script.get());
  run("--default-settings " + path_of(script), what);
  std::rewind(drawn.get());
  std::string result = rest_of(drawn.get());
  if (result.find("</svg>") == std::string::npos) // it says nothing of a full disk
    throw Error(what, ": gnuplot's drawing has no end; expected </svg>: is the disk of /tmp full?");
  return result;
}

} // namespace contractive::cae
