#include "autodiff/jacobian/encoder_table.hpp"
#include "autodiff/operation/operations.hpp"

#include "support/random.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <map>
#include <sstream>

// What the table of operations and the table of encoders gave when golden.txt was written: values,
// gradients and their gradients as checksums, and plans as text. Written anew by
// `CONTRACTIVE_GOLDEN=write contractive_autodiff_tests -tc="golden*"`; a change of an entry is on
// purpose, or a fault.
namespace contractive::tests {
namespace {

using V = Variable<double>;
using Vs = std::vector<V>;

/// Entries by their name: numbers that must agree, and a text that must be equal.
struct Entry {
  std::vector<double> numbers;
  std::string text;
};
using Entries = std::map<std::string, Entry>;

constexpr const char* path = GOLDEN_FILE;

// Sums in another order: over at most a thousand elements of size 1, a thousandth of this.
constexpr double tolerance = 1e-12;

// One number that every element has a share in.
V contracted(const V& x, std::uint64_t seed) {
  return sum(x * V(random_array<double>(x.shape(), seed, 0.5, 1.5)));
}

// Checksums of a value and of its first and second derivatives in each input.
std::vector<double> checksums(const V& y, const Vs& inputs) {
  V scalar = contracted(y * y * y, 2); // cubed: no second derivative is 0 for being linear
  std::vector<double> result{contracted(y, 1).item()};
  for (int order = 1; order <= 2; ++order) {
    const Vs gradients = gradient<double>({scalar}, inputs, CreateGraph::yes, Unreached::zeros);
    scalar = V(0.0);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const V sum = contracted(gradients[i], 3 + i);
      result.push_back(sum.item());
      scalar = scalar + sum;
    }
  }
  return result;
}

void add_operations(Entries& entries) {
  for (const Row& row : all_rows())
    for (const Shapes& shapes : row.operands) {
      Tape<double> tape;
      Vs inputs;
      std::ostringstream name;
      name << row.name;
      for (const Shape& shape : shapes) {
        name << ' ' << shape;
        inputs.push_back(
            tape.variable(random_array<double>(shape, 31 + inputs.size(), row.low, row.high)));
      }
      entries[name.str()].numbers = checksums(row.operation(inputs), inputs);
    }
}

void add_encoders(Entries& entries) {
  for (const Encoder& e : encoders()) {
    Tape<double> tape;
    const V x = tape.variable(samples_of(e));
    Vs inputs{x};
    for (const Array<double>& value : parameters_of(e))
      inputs.push_back(tape.variable(value));
    const V h = e.f(x, Vs(inputs.begin() + 1, inputs.end()));
    Entry& entry = entries["encoder: " + e.name];
    entry.text = explain_jacobian(h, x);
    entry.numbers = checksums(jacobian_squared_norm(h, x), inputs);
  }
}

// A line of numbers, and, for encoders, the lines of the plan, each behind a bar.
void write(const Entries& entries) {
  std::ofstream file(path);
  file << std::setprecision(17);
  for (const auto& [name, entry] : entries) {
    file << name << '\n';
    std::istringstream lines(entry.text);
    for (std::string line; std::getline(lines, line);)
      file << "| " << line << '\n';
    for (const double number : entry.numbers)
      file << ' ' << number;
    file << '\n';
  }
  REQUIRE(file.flush());
}

Entries read() {
  Entries entries;
  std::ifstream file(path);
  for (std::string name, line; std::getline(file, name);) {
    Entry& entry = entries[name];
    while (std::getline(file, line) && line.rfind("| ", 0) == 0)
      entry.text += line.substr(2) + "\n";
    std::istringstream numbers(line);
    for (std::string number; numbers >> number;)
      entry.numbers.push_back(std::strtod(number.c_str(), nullptr));
  }
  return entries;
}

} // namespace

TEST_CASE("golden: operations and encoders are what they were") {
  Entries now;
  add_operations(now);
  add_encoders(now);
  const char* const wish = std::getenv("CONTRACTIVE_GOLDEN");
  if (wish && std::string(wish) == "write")
    write(now);
  const Entries then = read();
  CHECK(then.size() == now.size());
  for (const auto& item : now) {
    const std::string& name = item.first;
    const Entry& entry = item.second;
    INFO(name);
    REQUIRE(then.count(name) == 1);
    const Entry& old = then.at(name);
    CHECK(old.text == entry.text);
    REQUIRE(old.numbers.size() == entry.numbers.size());
    for (std::size_t i = 0; i < old.numbers.size(); ++i) {
      INFO("number " << i << ": then " << old.numbers[i] << ", now " << entry.numbers[i]);
      CHECK(std::abs(old.numbers[i] - entry.numbers[i]) <=
            tolerance * (1 + std::abs(old.numbers[i])));
    }
  }
}

} // namespace contractive::tests
