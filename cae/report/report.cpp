#include <contractive/cae/report/report.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/file/file.hpp>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <regex>

namespace contractive::cae {
namespace {

// No colour has less than 4.5 of contrast against what it stands on.
constexpr const char* page_css =
    R"(:root{color-scheme:light dark;--paper:#fff;--text:#222;--muted:#595959;--line:#ddd}
@media(prefers-color-scheme:dark){:root{--paper:#1a1c20;--text:#e8e8e8;--muted:#b4b7bd;--line:#3a3d44}}
*{box-sizing:border-box}
body{font:16px/1.5 sans-serif;max-width:86rem;margin:0 auto;padding:1rem;color:var(--text);background:var(--paper);overflow-wrap:break-word}
h1,h2{font-weight:600;line-height:1.25;margin:0}
h1{font-size:clamp(1.4rem,4vw,2rem)}
h2{font-size:1.25rem}
p,ul{max-width:50rem;margin:0}
ul{padding-left:1.2rem}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:2.5rem 2rem;margin-top:2rem}
section,.strips{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1rem 2rem;align-content:start;min-width:0}
.strips{grid-template-columns:repeat(auto-fit,minmax(min(100%,max(21rem,var(--strip))),1fr))}
.whole,section>:not(figure){grid-column:1/-1}
table{border-collapse:collapse;width:100%;max-width:60rem}
th,td{padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
td{overflow-wrap:anywhere}
td.value{font-variant-numeric:tabular-nums;white-space:nowrap}
td.meaning,figcaption{color:var(--muted);font-size:.9rem}
figure{margin:0;min-width:0}
figcaption{max-width:40rem;margin-top:.25rem}
img{display:block;max-width:100%;height:auto}
svg{display:block;width:100%;max-width:34rem;height:auto}
.option{white-space:nowrap}
.strip{overflow-x:auto}
.strip img{min-width:var(--strip)}
)";

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

// An escaped text, in which no line ends within the name of an option such as --lambda.
std::string with_whole_options(const std::string& text) {
  static const std::regex option("(^| )(--[a-z-]+)");
  return std::regex_replace(text, option, "$1<span class=\"option\">$2</span>");
}

std::string source(const std::string& png) {
  return " src=\"data:image/png;base64," + base64(png) + "\">";
}

} // namespace

Report::Report(const std::string& title) : title_(escaped(title)) {}

void Report::heading(const std::string& text, Width width) {
  body_ += begun_ ? "</section>\n" : "</header>\n<main>\n";
  begun_ = true;
  body_ += std::string(width == Width::whole ? "<section class=\"whole\">" : "<section>") + "<h2>" +
           escaped(text) + "</h2>\n";
}

void Report::paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void Report::list(const std::vector<std::string>& sentences) {
  body_ += "<ul>\n";
  for (const std::string& sentence : sentences)
    body_ += "<li>" + escaped(sentence) + "</li>\n";
  body_ += "</ul>\n";
}

void Report::table(const std::vector<std::vector<std::string>>& lines) {
  body_ += "<table>\n";
  for (const auto& line : lines) {
    body_ += "<tr><th scope=\"row\">" + escaped(line.at(0)) + "</th>";
    body_ += (line.size() > 2 ? "<td class=\"value\">" : "<td>") +
             with_whole_options(escaped(line.at(1))) + "</td>";
    if (line.size() > 2)
      body_ += "<td class=\"meaning\">" + escaped(line[2]) + "</td>";
    body_ += "</tr>\n";
  }
  body_ += "</table>\n";
}

void Report::figure(const std::string& inside, const std::string& caption, Width width) {
  body_ += std::string(width == Width::whole ? "<figure class=\"whole\">" : "<figure>") + inside +
           (caption.empty() ? "" : "<figcaption>" + escaped(caption) + "</figcaption>") +
           "</figure>\n";
}

void Report::picture(const std::string& path, const std::string& alternative,
                     const std::string& caption) {
  figure("<img alt=\"" + escaped(alternative) + "\"" + source(nn::read_file(path)), caption,
         Width::half);
}

void Report::strips(const std::vector<std::string>& pngs, std::size_t tiles,
                    const std::string& alternative, const std::string& caption) {
  constexpr std::size_t least = 40; // pixels for a tile, below which the strip rather scrolls
  std::string all =
      detail::text("<div class=\"strips\" style=\"--strip:", least * tiles, "px\">\n");
  for (std::size_t i = 0; i < pngs.size(); ++i) {
    const std::string name = escaped(detail::text(alternative, ", ", i + 1, " of ", pngs.size()));
    all += detail::text("<div class=\"strip\" tabindex=\"0\" role=\"group\" aria-label=\"", name,
                        "\"><img alt=\"", name, "\"", source(pngs[i]), "</div>\n");
  }
  figure(all + "</div>", caption, Width::whole);
}

void Report::chart(const Chart& chart, const std::string& caption) {
  figure(inline_svg(chart), caption, Width::half);
}

void Report::write(const std::string& path) const {
  nn::write_file(
      path, detail::text("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                         "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
                         title_, "</title>\n<style>\n", page_css, chart_css(),
                         "</style></head><body>\n<header>\n<h1>", title_, "</h1>\n", body_,
                         begun_ ? "</section>\n</main>" : "</header>", "\n</body></html>\n"));
}

} // namespace contractive::cae
