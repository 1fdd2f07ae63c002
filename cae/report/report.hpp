#pragma once

#include <contractive/cae/report/chart.hpp>

#include <utility>

namespace contractive::cae {

/// A page of HTML that holds all its pictures itself, so that it opens anywhere, offline. Texts are
/// escaped.
class Report {
public:
  /// An empty page.
  explicit Report(const std::string& title);
  /// A heading, and a paragraph of plain text.
  void heading(const std::string& text);
  void paragraph(const std::string& text);
  /// Lines of a name, a value, and what it means.
  void table(const std::vector<std::vector<std::string>>& lines);
  /// A PNG file's content, as it is now. Throws FileError when it cannot be read.
  void picture(const std::string& path, const std::string& caption);
  /// The chart, also written to `path` as SVG.
  void chart(const std::string& path, const Chart& chart, const std::string& caption);
  /// Throws FileError when it cannot be written.
  void write(const std::string& path) const;

private:
  void figure(const std::string& inside, const std::string& caption);
  std::string body_, title_;
};

} // namespace contractive::cae
