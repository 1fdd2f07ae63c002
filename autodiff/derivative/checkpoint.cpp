#include <contractive/autodiff/derivative/checkpoint.hpp>

#include <contractive/autodiff/derivative/sweep.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <set>

namespace contractive {
namespace {

// The positions before `mark` that what was recorded since refers to, on the way to y.
template <class T>
std::vector<Position> parents_before(const Tape<T>& tape, Position mark, Position y) {
  const auto reached = reaching(tape, {y}, mark, y + 1);
  std::set<Position> parents;
  for (Position p = y + 1; p-- > mark;) {
    if (!reached[p - mark])
      continue;
    if (tape.first_edge(p) == tape.last_edge(p))
      throw TapeError("checkpoint: '", tape.entry(p).operation, "' of shape ", tape.entry(p).shape,
                      " was entered inside; expected all variables on the tape before");
    for (std::size_t e = tape.first_edge(p); e < tape.last_edge(p); ++e)
      if (tape.parent(e) < mark)
        parents.insert(tape.parent(e));
  }
  return {parents.begin(), parents.end()};
}

// What was recorded and forgotten: f, and all the parents that it depends on as one vector, so that
// one edge asks for all their derivatives at once.
template <class T> struct Replay {
  Tape<T>& tape;
  const std::function<Variable<T>()> f;
  const std::vector<Position> parents;
  std::vector<Shape> shapes{};
  std::vector<geometry::Slice> places{}; // of the parents in the vector
  Shape all{0};

  void add(const Shape& shape) {
    shapes.push_back(shape);
    places.push_back({{}, {shape.elements()}, {static_cast<std::ptrdiff_t>(all[0])}, {1}});
    all[0] += shape.elements();
  }

  // (K..., all) -> (K..., shape of parent i), and its transpose.
  Variable<T> part(const Variable<T>& vector, std::size_t i) const {
    return reshape(detail::move(vector, places[i]),
                   vector.shape().first(vector.rank() - 1) + shapes[i]);
  }
  Variable<T> flat(const Variable<T>& part, std::size_t i) const {
    return reshape(part, part.shape().first(part.rank() - shapes[i].rank()) + places[i].part);
  }
  Variable<T> placed(const Variable<T>& part, std::size_t i) const {
    return detail::move_back(flat(part, i), places[i]);
  }

  Variable<T> forward(const Variable<T>& tangents) const {
    Seeds<T> seeds;
    for (std::size_t i = 0; i < parents.size(); ++i)
      seeds.emplace_back(parents[i], part(tangents, i));
    return *replayed(
        [&](Position y, Position mark) { return carried<T>(tape, seeds, {y}, true, mark); })[0];
  }

  Variable<T> backward(const Variable<T>& cotangent) const {
    const auto found = replayed([&](Position y, Position mark) {
      return carried<T>(tape, {{y, cotangent}}, parents, false, mark);
    });
    std::vector<Variable<T>> parts;
    for (std::size_t i = 0; i < parents.size(); ++i)
      parts.push_back(flat(*found[i], i)); // parents are those that f() depends on
    return concatenate(parts, -1);
  }

  template <class Sweep> auto replayed(const Sweep& sweep) const {
    const Position mark = tape.size();
    const Position y = [&] {
      const RecordingScope<T> on(&tape, Recording::on);
      return tape.position_of(f());
    }();
    auto result = sweep(y, mark);
    if (RecordingScope<T>::of(&tape) == Recording::off)
      tape.rewind(mark);
    return result;
  }
};

} // namespace

template <class T>
Variable<T> checkpoint(Tape<T>& tape,
                       const typename detail::Same<std::function<Variable<T>()>>::type& f) {
  const Position mark = tape.size();
  const Variable<T> y = f();
  if (Tape<T>::recording(y, "checkpoint") != &tape || tape.position_of(y) < mark)
    return y;
  const auto replay = std::make_shared<Replay<T>>(
      Replay<T>{tape, f, parents_before(tape, mark, tape.position_of(y))});
  tape.rewind(mark);
  for (const Position p : replay->parents)
    replay->add(tape.entry(p).shape);
  for (geometry::Slice& place : replay->places)
    place.whole = replay->all;
  // The vector is an entry whose value is never formed, and the one parent of the result.
  const Position vector = tape.append("operands of a checkpoint", replay->all);
  for (std::size_t i = 0; i < replay->parents.size(); ++i)
    tape.connect(replay->parents[i], [=] {
      return Custom<T>{[=](const Variable<T>& t) { return replay->placed(t, i); },
                       [=](const Variable<T>& g) { return replay->part(g, i); }};
    });
  const Variable<T> result = tape.append("checkpoint", y.value());
  tape.connect(vector, [=] {
    return Custom<T>{[=](const Variable<T>& t) { return replay->forward(t); },
                     [=](const Variable<T>& g) { return replay->backward(g); }};
  });
  return result;
}

// clang-format off
using namespace instances;
template VF checkpoint(Tape<float>&, const std::function<VF()>&); template VD checkpoint(Tape<double>&, const std::function<VD()>&);

} // namespace contractive
