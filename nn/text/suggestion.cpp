#include <contractive/nn/text/suggestion.hpp>

#include <contractive/nn/text/words.hpp>

#include <algorithm>

namespace contractive::nn {
namespace {

std::string letters(std::string name) {
  name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '_'; }),
             name.end());
  return lower(name);
}

std::size_t edits(const std::string& a, const std::string& b) {
  // Row i holds the edits from the first i letters of a to each beginning of b.
  std::vector<std::vector<std::size_t>> row(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        row[i][j] = i + j;
        continue;
      }
      const std::size_t replaced = row[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[i][j] = std::min({row[i - 1][j] + 1, row[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[i][j] = std::min(row[i][j], row[i - 2][j - 2] + 1);
    }
  return row[a.size()][b.size()];
}

} // namespace

std::string did_you_mean(const std::string& given, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 60; // of no name, and an error need not take long
  const std::string wrong = letters(given);
  if (wrong.empty() || wrong.size() > longest ||
      std::find(known.begin(), known.end(), given) != known.end())
    return {};
  const std::string* nearest = nullptr;
  std::size_t least = std::min<std::size_t>(2, wrong.size() / 2) + 1;
  for (const std::string& name : known)
    if (const std::size_t distance = edits(wrong, letters(name)); distance < least) {
      nearest = &name;
      least = distance;
    }
  return nearest ? "; did you mean " + *nearest + "?" : "";
}

} // namespace contractive::nn
