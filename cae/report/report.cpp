#include <contractive/cae/report/report.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/file/file.hpp>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace contractive::cae {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return result;
}

std::string base64(const std::string& bytes) {
  using namespace boost::archive::iterators;
  using Letters = base64_from_binary<transform_width<std::string::const_iterator, 6, 8>>;
  std::string padded = bytes;
  padded.append((3 - bytes.size() % 3) % 3, '\0'); // the iterators read whole groups
  std::string result(Letters(padded.cbegin()), Letters(padded.cend()));
  for (std::size_t i = 0; i < padded.size() - bytes.size(); ++i)
    result[result.size() - 1 - i] = '=';
  return result;
}

} // namespace

Report::Report(const std::string& title) : title_(escaped(title)) {}

void Report::heading(const std::string& text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }

void Report::paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void Report::table(const std::vector<std::vector<std::string>>& lines) {
  body_ += "<table>\n";
  for (const auto& line : lines) {
    body_ += "<tr>";
    for (const std::string& cell : line)
      body_ += "<td>" + escaped(cell) + "</td>";
    body_ += "</tr>\n";
  }
  body_ += "</table>\n";
}

void Report::figure(const std::string& inside, const std::string& caption) {
  body_ += "<figure>" + inside + "<figcaption>" + escaped(caption) + "</figcaption></figure>\n";
}

void Report::picture(const std::string& path, const std::string& caption) {
  figure("<img alt=\"" + escaped(caption) + "\" src=\"data:image/png;base64," +
             base64(nn::read_file(path)) + "\">",
         caption);
}

void Report::chart(const std::string& path, const Chart& chart, const std::string& caption) {
  const std::string image = svg(chart);
  nn::write_file(path, image);
  // As an image, not inline: the names inside several charts are the same.
  figure("<img alt=\"" + escaped(caption) + "\" src=\"data:image/svg+xml;base64," + base64(image) +
             "\">",
         caption);
}

void Report::write(const std::string& path) const {
  nn::write_file(
      path, detail::text("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>",
                         title_, R"(</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { font-weight: 600; line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; } td { padding: .25rem .8rem; border-bottom: 1px solid #ddd; vertical-align: top; }
td:nth-child(2) { font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1.5rem 0; } img { max-width: 100%; } img[src^="data:image/svg"] { width: 42rem; } figcaption { color: #555; font-size: 14px; }
</style></head><body>
<h1>)",
                         title_, "</h1>\n", body_, "</body></html>\n"));
}

} // namespace contractive::cae
