#include "files.hpp"

#include <contractive/cae/data/samples.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

std::string shown(const Shape& shape, const std::vector<double>& values) {
  std::string text = detail::text(shape, ":");
  for (const double value : values)
    text += detail::text(" ", value);
  return text;
}

// What reading a row's file gives, in the row's own words.
std::string outcome(const FileRow& row, const Folder& folder) {
  const std::string path = folder.put(row.name, row.content());
  std::vector<std::string> notes;
  const std::string error = message<Error>([&] {
    const auto inputs = cae::read_inputs<float>(path + row.member, row.reading, notes);
    std::vector<double> values;
    for (std::size_t i = 0; i < std::min<std::size_t>(inputs.x.size(), 6); ++i)
      values.push_back(inputs.x.data()[i]);
    std::string text = shown(inputs.x.shape(), values);
    for (std::size_t i = 0; i < inputs.labels.size(); ++i)
      text += (i == 0 ? "; labels " : " ") + std::to_string(inputs.labels[i]);
    for (const std::string& note : notes)
      text += "; " + note;
    throw FileError(text); // the way of all results
    return 0;
  });
  const std::size_t at = error.find(path);
  return at == 0 ? error.substr(path.size()) : error;
}

} // namespace

// Each row is a file as some program writes it, with the inputs or the error that it must give.
TEST_CASE("files: what people have is read as they mean it, or refused by name") {
  std::size_t count = 0;
  for (const FileRow& row : file_rows()) {
    const Folder folder;
    const std::string got = outcome(row, folder);
    INFO(row.by, ": ", row.what);
    CHECK_MESSAGE(got.find(row.expected) != std::string::npos, got, " instead of ", row.expected);
    ++count;
  }
  CHECK(count == 86); // as docs/trust.md says
}

} // namespace contractive::tests
