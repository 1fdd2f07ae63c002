#include <contractive/cae/report/chart.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/file/file.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace contractive::cae {
namespace {

// A folder in the system's place for temporary files, gone with the object.
class Scratch {
public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chart-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      throw FileError(pattern, ": cannot be made; expected a writable folder");
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
  std::string path_;
};

// In gnuplot's single quotes, in which only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string commands(const Chart& chart, const std::string& out) {
  auto s = detail::stream<std::ostringstream>();
  s << "set encoding utf8\n"
    << "set terminal svg size 640,400 dynamic noenhanced background '#ffffff' font "
       "'sans-serif,13' lw 1.4\n"
    << "set output " << quoted(out) << "\nset title " << quoted(chart.title) << "\nset xlabel "
    << quoted(chart.x) << "\nset ylabel " << quoted(chart.y)
    << "\nset grid lc '#dddddd'\nset border 3\nset tics nomirror\nset key noautotitle outside "
       "below horizontal\n"
    << "set style fill solid 0.6 noborder\n"
    << (chart.square ? "set size ratio -1\n" : "")
    << (chart.log_x ? "set logscale x\nset format x '%g'\n" : "")
    << (chart.log_y ? "set logscale y\nset format y '%g'\n" : "");
  bool any = false;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    const bool arrows = !series.dx.empty();
    if (series.x.size() != series.y.size() || series.dx.size() != series.dy.size() ||
        (arrows && series.dx.size() != series.x.size()))
      throw Error("chart: series '", series.name, "' has ", series.x.size(), " x and ",
                  series.y.size(), " y; expected as many of each");
    s << "$data" << i << " << EOD\n";
    for (std::size_t k = 0; k < series.x.size(); ++k)
      if (std::isfinite(series.y[k]) && !(chart.log_x && !(series.x[k] > 0)) &&
          !(chart.log_y && !(series.y[k] > 0))) {
        any = true;
        s << series.x[k] << " " << series.y[k]
          << (arrows ? detail::text(" ", series.dx[k], " ", series.dy[k]) : "") << "\n";
      }
    s << "EOD\n";
  }
  // Without a single point gnuplot finds no ranges: an empty frame says that there is nothing.
  s << (any ? "" : "set xrange [1:10]\nset yrange [1:10]\n") << "plot ";
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    s << (i == 0 ? "" : ", ") << "$data" << i << " with " << chart.series[i].style
      << " lt rgb word('#1f5fa8 #c8501e #3d8f47 #7a4fa0 #555555', " << i % 5 + 1 << ") title "
      << quoted(chart.series[i].name);
  s << "\n";
  return s.str();
}

} // namespace

// Runs it; throws Error, with what it said, where it fails.
static void run_gnuplot(const std::string& arguments, const std::string& what) {
  std::string output;
  FILE* const pipe = popen(("gnuplot " + arguments + " 2>&1").c_str(), "r");
  for (int c = pipe ? std::fgetc(pipe) : EOF; c != EOF; c = std::fgetc(pipe))
    output += static_cast<char>(c);
  const int status = pipe ? pclose(pipe) : -1;
  if (status != 0)
    throw Error(what, ": gnuplot: ", output.empty() ? "failed" : output,
                "; expected it to be installed (Debian's gnuplot-nox)");
}

void require_gnuplot() { run_gnuplot("--version", "charts"); }

std::string svg(const Chart& chart) {
  const Scratch scratch;
  nn::write_file(scratch / "chart.gp", commands(chart, scratch / "chart.svg"));
  run_gnuplot("'" + scratch / "chart.gp" + "'", "chart '" + chart.title + "'");
  return nn::read_file(scratch / "chart.svg");
}

} // namespace contractive::cae
