#include <contractive/cae/data/strokes.hpp>

#include "support.hpp"
#include "support/sanitized.hpp"

#include <algorithm>
#include <sstream>

using namespace contractive;
using namespace contractive::tests;

namespace {

// Three kinds of flowers, shuffled, as a spreadsheet has them.
void make_flowers(const Folder& folder) {
  Random random(5);
  const double means[3][4] = {{5, 3.4, 1.5, 0.2}, {5.9, 2.8, 4.3, 1.3}, {6.6, 3, 5.6, 2}};
  const char* const names[] = {"setosa", "versicolor", "virginica"};
  std::string lines = "sepal length,sepal width,petal length,petal width,species\n";
  for (std::size_t i = 0; i < 150; ++i) {
    const auto kind = static_cast<std::size_t>(random.below(3));
    const auto noise = random.normal<double>({5}, 0.15);
    for (std::size_t j = 0; j < 4; ++j)
      lines += detail::text(means[kind][j] + noise[j] + noise[4], ",");
    lines += std::string(names[kind]) + "\n";
  }
  folder.put("flowers.csv", lines);
}

void make_images(const Folder& folder) {
  cae::Strokes strokes(1);
  const Array<float> x = strokes.draw<float>(300).x; // (300, 28, 28, 1), from 0 to 1
  std::string bytes, lines;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto byte = static_cast<int>(x.data()[i] * 255);
    bytes += static_cast<char>(byte);
    lines += std::to_string(byte) + ((i + 1) % 784 == 0 ? "\n" : ",");
  }
  folder.put("digits.npy", npy("|u1", "(300, 28, 28)", bytes));
  folder.put("digits.csv", lines);
  nn::write_npy(folder.file("faces.npy"), Array<float>::make({300, 32, 32}, [&](float* out) {
                  for (std::size_t i = 0; i < 300 * 32 * 32; ++i) { // with a margin
                    const std::size_t row = i / 32 % 32, column = i % 32;
                    const bool inside = row >= 2 && row < 30 && column >= 2 && column < 30;
                    out[i] = inside ? x.data()[i / 1024 * 784 + (row - 2) * 28 + column - 2] : 0;
                  }
                }));
}

// The lines of a page that are commands, and what it shows as a file of this language.
struct Page {
  std::vector<std::string> commands;
  std::string file;
  explicit Page(const std::string& path, const std::string& language) {
    std::istringstream lines(nn::read_file(path));
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
      if (inside && line != "```")
        file += line + "\n";
      inside = inside ? line != "```" : line == "```" + language;
      if (line.rfind("    cae ", 0) == 0)
        commands.push_back(line.substr(8));
    }
  }
};

double mean_squared_error(const Folder& folder) {
  // Against the standardised columns, whose variance is 1: what a constant would give is 4.
  const Array<float> back = nn::read_npy<float>(folder.file("flowers-back.npy"));
  CHECK(back.shape() == Shape{60, 4});
  double sum = 0;
  for (std::size_t j = 0; j < 4; ++j) {
    double spread = 0;
    for (std::size_t i = 0; i < 60; ++i)
      spread += back.data()[i * 4 + j] * back.data()[i * 4 + j];
    sum += spread / 60;
  }
  return sum;
}

} // namespace

TEST_CASE("program: the tour in docs/ leads where it says") {
  const Folder folder;
  make_flowers(folder);
  make_images(folder);
  const Page page(TOUR_PAGE, "toml");
  folder.put("flowers.toml", page.file);
  REQUIRE(page.commands.size() == 14);
  for (std::string command : page.commands) {
    if (sanitized && contains(command, "train --data") && !contains(command, "flowers"))
      command += " --epochs 1";
    const Result result = run(folder, command, "cd '" + folder.path() + "' && ");
    CAPTURE(command);
    CAPTURE(result.error);
    CHECK(result.code == 0);
    CHECK(!contains(result.error, "|J| is 0")); // nothing collapsed
    CHECK((sanitized || !contains(result.error, "nothing was learned")));
  }
  CHECK(nn::read_file(folder.file("codes.csv")).find(',') != std::string::npos);
  CHECK(mean_squared_error(folder) > 2); // not all the same
  CHECK(nn::read_file(folder.file("digits.codes.npy")) ==
        nn::read_file(folder.file("same.codes.npy")));
  CHECK(nn::read_file(folder.file("flowers/model.safetensors")) ==
        nn::read_file(folder.file("flowers-again/model.safetensors")));
  CHECK(contains(nn::read_file(folder.file("flowers-report/report.html")),
                 "The two units whose code varies most"));
  CHECK(contains(nn::read_file(folder.file("digits-report/report.html")),
                 "leading right singular vectors"));
  CHECK(contains(nn::read_file(folder.file("compared/table.md")), "| CAE | "));

  // What the page says is refused.
  const std::string here = "cd '" + folder.path() + "' && ";
  check_fails(run(folder,
                  "train --data flowers.csv --label-column species --scale standard --loss "
                  "squared-error --encoder 4-3:tanh --out flowers",
                  here),
              "holds a run already");
  check_fails(run(folder, "encode digits --data digits.csv", here), "values from 0 to ");
  check_fails(run(folder, "encode flowers --data digits.npy", here), "expected 4");
}
