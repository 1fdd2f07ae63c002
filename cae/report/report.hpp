#pragma once

#include <contractive/cae/report/chart.hpp>

namespace contractive::cae {

/// How much of the page a section takes where there is room for two beside each other.
enum class Width { half, whole };

/// A page of HTML that holds all its pictures itself, so that it opens anywhere, offline; readable
/// on paper, a telephone and a wide screen, in light and in dark. Texts are escaped.
class Report {
public:
  /// An empty page.
  explicit Report(const std::string& title);
  /// Begins a section; what comes before the first one stands at the head of the page.
  void heading(const std::string& text, Width width = Width::half);
  /// A paragraph.
  void paragraph(const std::string& text);
  /// A list with an item for each sentence.
  void list(const std::vector<std::string>& sentences);
  /// Lines of a name, a value and, if they have three cells, what it means.
  void table(const std::vector<std::vector<std::string>>& lines);
  /// A PNG file's content, as it is now; `alternative` is for who cannot see it. Throws FileError
  /// when it cannot be read.
  void picture(const std::string& path, const std::string& alternative, const std::string& caption);
  /// Pictures of `tiles` tiles across, each in a box of its own, which scrolls where it is too
  /// narrow for them: PNGs, not paths.
  void strips(const std::vector<std::string>& pngs, std::size_t tiles,
              const std::string& alternative, const std::string& caption);
  void chart(const Chart& chart, const std::string& caption);
  /// Throws FileError when it cannot be written.
  void write(const std::string& path) const;

private:
  void figure(const std::string& inside, const std::string& caption, Width width);
  std::string title_, body_;
  bool begun_ = false; // whether there is a section
};

} // namespace contractive::cae
