#include <contractive/autodiff/derivative/checkpoint.hpp>

#include <contractive/autodiff/derivative/sweep.hpp>

#include <set>

namespace contractive {
namespace {

// What a checkpoint's edges share: f, and the parents that it depends on.
template <class T> struct Replay {
  Tape<T>& tape;
  const std::function<Variable<T>()> f;
  const std::vector<Position> parents;
  std::vector<std::optional<Variable<T>>> answers;
  Variable<T> answered{}; // the cotangent that they belong to
  bool recorded = false;
  std::size_t left = 0;

  Variable<T> forward(std::size_t parent, const Variable<T>& tangent) const {
    return *replayed(
        [&](Position y, Position mark) { return push(tape, parents[parent], tangent, y, mark); });
  }

  // A sweep asks once for each parent, with the same cotangent: f is replayed for the first, and
  // the others' answers wait.
  Variable<T> backward(std::size_t parent, const Variable<T>& cotangent) {
    const bool records = RecordingScope<T>::of(&tape) == Recording::on;
    if (answered.value().data() != cotangent.value().data() || records != recorded ||
        !answers[parent]) {
      answers = replayed([&](Position y, Position mark) {
        return pull(tape, {{y, cotangent}}, parents, mark);
      });
      answered = cotangent;
      recorded = records;
      left = answers.size();
    }
    const Variable<T> answer = *std::exchange(answers[parent], std::nullopt);
    if (--left == 0)
      answered = Variable<T>();
    return answer;
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

// The places before `mark` that what was recorded since refers to, on the way to y.
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

} // namespace

template <class T> Variable<T> checkpoint(Tape<T>& tape, const std::function<Variable<T>()>& f) {
  const Position mark = tape.size();
  const Variable<T> y = f();
  if (Tape<T>::recording(y, "checkpoint") != &tape || tape.position_of(y) < mark)
    return y;
  const auto parents = parents_before(tape, mark, tape.position_of(y));
  tape.rewind(mark);
  using Answers = std::vector<std::optional<Variable<T>>>;
  const std::shared_ptr<Replay<T>> replay(new Replay<T>{tape, f, parents, Answers(parents.size())});
  const Variable<T> result = tape.append("checkpoint", y.value());
  for (std::size_t i = 0; i < parents.size(); ++i)
    tape.connect(parents[i], [=, from = tape.entry(parents[i]).shape, to = y.shape()] {
      return Custom<T>{"checkpoint", from, to,
                       [=](const Variable<T>& t) { return replay->forward(i, t); },
                       [=](const Variable<T>& g) { return replay->backward(i, g); }};
    });
  return result;
}

// clang-format off
using namespace instances;
template VF checkpoint(Tape<float>&, const std::function<VF()>&); template VD checkpoint(Tape<double>&, const std::function<VD()>&);

} // namespace contractive
