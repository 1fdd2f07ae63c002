#include <contractive/autodiff/operation/dot.hpp>

#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/tape/span.hpp>

namespace contractive {
namespace {

template <class T, class Wanted>
std::string draw(const Tape<T>& tape, Position filled, const Wanted& wanted) {
  const RecordingScope<T> off(&tape, Recording::off); // naming a map runs its recipe
  auto out = detail::stream<std::ostringstream>();
  out << "digraph tape {\n  rankdir = LR;\n  node [shape = box, fontname = \"Helvetica\"];\n"
         "  edge [fontname = \"Helvetica\", fontsize = 10];\n";
  for (Position p = 0; p < tape.size(); ++p) {
    if (!wanted(p))
      continue;
    out << "  n" << p << " [label = \"";
    for (const char c : tape.entry(p).operation)
      out << (c == '"' || c == '\\' ? "\\" : "") << c;
    out << "\\n"
        << tape.entry(p).shape << '"'
        << (p < filled ? "" : ", style = filled, fillcolor = \"#dbe7f6\"") << "];\n";
    for (std::size_t e = tape.first_edge(p); e < tape.last_edge(p); ++e)
      out << "  n" << tape.parent(e) << " -> n" << p << " [label = \"" << tape.recipe(e)().name()
          << "\"];\n";
  }
  out << "}\n";
  return out.str();
}

} // namespace

template <class T> std::string to_dot(const Tape<T>& tape, Position filled) {
  return draw(tape, filled, [](Position) { return true; });
}

template <class T> std::string to_dot(const Variable<T>& variable) {
  const Tape<T>* const tape = Tape<T>::tape_of(variable, "to_dot");
  if (!tape)
    throw TapeError("to_dot: a constant of shape ", variable.shape(),
                    "; expected a variable recorded on a tape");
  const auto reached = reaching(*tape, {tape->position_of(variable)}, 0, tape->size());
  return draw(*tape, tape->size(), [&](Position p) { return reached[p] != 0; });
}

// clang-format off
using namespace instances;
template std::string to_dot(const Tape<float>&, Position); template std::string to_dot(const Tape<double>&, Position);
template std::string to_dot(const VF&);                    template std::string to_dot(const VD&);

} // namespace contractive
