#include <contractive/nn/data/csv.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

template <class T> Array<T> read(const std::string& content) {
  const Folder folder;
  return nn::read_csv<T>(folder.put("a.csv", content));
}

std::string error(const std::string& content) {
  const Folder folder;
  const std::string path = folder.put("a.csv", content);
  const std::string what = message<FileError>([&] { return nn::read_csv<float>(path); });
  return what.rfind(path, 0) == 0 ? what.substr(path.size()) : what;
}

} // namespace

TEST_CASE("csv: numbers, separators, headers") {
  const std::vector<double> expected{1, -2.5, 3e-2, 4, 5, 6};
  for (const char* const content :
       {"1,-2.5,3e-2\n4,5,6\n", "1,-2.5,3e-2\n4,5,6", "1;-2.5;.03\r\n4;5;6\r\n",
        "1\t-2.5\t0.03\n\n4\t5\t6\n\n", "x, y,z\n1, -2.5 ,+3e-2\n4,5,6\n",
        "\xEF\xBB\xBF\nu,a,b\n1,-2.5,3e-2\n4,5,6", ",a,b,c\n0,1,-2.5,3e-2\n1,4,5,6"}) {
    CAPTURE(content);
    const Array<double> table = read<double>(content);
    CHECK(table.shape() == Shape{2, 3});
    CHECK(std::vector<double>(table.begin(), table.end()) == expected);
  }
  // 17 digits name a double exactly.
  CHECK(read<double>("0.10000000000000001,1e308\n")[0] == 0.1);
}

TEST_CASE("csv: errors name line and column") {
  CHECK(error("1,2\n3,nan\n") == ": line 2, column 2: 'nan'; expected a finite number");
  CHECK(error("a,b\n1,2\n-inf,3\n") == ": line 3, column 1: '-inf'; expected a finite number");
  CHECK(error("NaN,2\n") == ": line 1, column 1: 'NaN'; expected a finite number");
  CHECK(error("1,2\n\n3,four\n") == ": line 3, column 2: 'four'; expected a finite number");
  CHECK(error("1,2\n3,4x\n") == ": line 2, column 2: '4x'; expected a finite number");
  CHECK(error("1,2\n3,\n") == ": line 2, column 2: ''; expected a finite number");
  CHECK(error("1,2\n3,1e39\n") == ": line 2, column 2: '1e39'; expected a finite number"); // float
  CHECK(error("x1,2\n3,4\n") == ": line 1, column 1: 'x1'; expected a finite number, or that this "
                                "column is chosen as labels or left out");
  CHECK(error("1,2\n3,4,5\n") == ": line 2 has 3 columns; expected 2 as in the lines before");
  CHECK(error("a,b\nc,d\n") == ": line 2, column 1: 'c'; expected a finite number, or that this "
                               "column is chosen as labels or left out");
  CHECK(error("a,b\n") == ": no line of numbers; expected at least one");
  CHECK(error("") == ": no line of numbers; expected at least one");
}

} // namespace contractive::tests
