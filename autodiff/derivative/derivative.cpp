#include <contractive/autodiff/derivative/derivative.hpp>

#include <contractive/autodiff/derivative/checkpoint.hpp>
#include <contractive/autodiff/derivative/sweep.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {

using detail::Variables;

namespace {

// The one tape that all of these are on; untracked ones are passed over.
template <class T>
Tape<T>* common_tape(const char* operation, const std::vector<Variable<T>>& outputs,
                     const std::vector<Variable<T>>& inputs) {
  Tape<T>* tape = nullptr;
  for (const auto* variables : {&outputs, &inputs})
    for (const Variable<T>& x : *variables) {
      Tape<T>* const own = Tape<T>::tape_of(x, operation);
      if (tape && own && tape != own)
        throw TapeError(operation, ": outputs and inputs are on different tapes; expected one");
      tape = own ? own : tape;
    }
  return tape;
}

// The leading axes that all v have in front of the shapes of x.
template <class T>
Shape extra_axes(const char* operation, const Variables<T>& x, const Variables<T>& v) {
  if (v.size() != x.size())
    throw ShapeError(operation, ": ", v.size(), " v for ", x.size(),
                     " variables; expected one each");
  Shape extra;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Shape &own = v[i].shape(), &shape = x[i].shape();
    if (i == 0 && own.rank() >= shape.rank())
      extra = own.first(own.rank() - shape.rank());
    if (own != extra + shape)
      throw ShapeError(operation, ": v ", own, "; expected ", shape,
                       ", or leading axes in front of it", i > 0 ? ", the same for all v" : "");
  }
  return extra;
}

template <class T> std::vector<Position> positions(const Tape<T>& tape, const Variables<T>& x) {
  std::vector<Position> all;
  for (const Variable<T>& one : x)
    all.push_back(tape.position_of(one));
  return all;
}

// What arrives at each of `to` of the v that start at `from`, by one sweep. Forward, `to` is one.
template <class T>
Variables<T> propagated(const char* operation, const Variables<T>& from, const Variables<T>& v,
                        const Variables<T>& to, bool forward, CreateGraph create_graph,
                        Unreached unreached = Unreached::zeros) {
  Tape<T>* const tape = common_tape(operation, from, to);
  const Variables<T>& inputs = forward ? from : to;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!inputs[i].tracked())
      throw TapeError(operation, ": input ", i, " of shape ", inputs[i].shape(),
                      " is a constant; expected a variable recorded on a tape");
  const Shape extra = extra_axes(operation, from, v);
  Seeds<T> seeds;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i].tracked())
      seeds.emplace_back(tape->position_of(from[i]), v[i]);
  const RecordingScope<T> scope(create_graph == CreateGraph::no ? tape : nullptr, Recording::off);
  std::vector<std::optional<Variable<T>>> found(to.size());
  if (tape && std::all_of(to.begin(), to.end(), [](const auto& one) { return one.tracked(); }))
    found = carried(*tape, seeds, positions(*tape, to), forward);
  Variables<T> result;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!found[i] && unreached == Unreached::error)
      throw TapeError(operation, ": no output depends on input ", i, " of shape ", to[i].shape(),
                      "; expected a path, or Unreached::zeros");
    result.push_back(found[i] ? *found[i] : Array<T>::zeros(extra + to[i].shape()));
  }
  return result;
}

template <class T> Variable<T> concatenated(const Variables<T>& parts, int axis) {
  return parts.size() == 1 ? parts[0] : concatenate(parts, axis);
}

// What arrives at all of `to`, side by side, of each element of `from`: one row for each, as many
// at once as keep to the budget. Recorded chunks are computed again for a gradient.
template <class T>
Variable<T> rows(const Variable<T>& from, const Variables<T>& to, bool forward, std::size_t budget,
                 CreateGraph create_graph) {
  Tape<T>* const tape = common_tape("jacobian", {from}, to);
  const std::size_t n = from.size();
  const auto some = [=](std::size_t first, std::size_t count) {
    const Array<T> hot = Array<T>::make(Shape{count} + from.shape(), [&](T* out) {
      std::fill_n(out, count * n, T(0));
      for (std::size_t k = 0; k < count; ++k)
        out[k * n + first + k] = T(1);
    });
    Variables<T> parts;
    for (const Variable<T>& part :
         propagated<T>("jacobian", {from}, {hot}, to, forward, create_graph))
      parts.push_back(reshape(part, {count, to[parts.size()].size()}));
    return concatenated(parts, -1);
  };
  std::size_t at_once = n;
  if (tape) {
    const auto starts = positions<T>(*tape, {from}), ends = positions(*tape, to);
    const Span<T> span(*tape, forward ? starts : ends, forward ? ends : starts);
    // A row of every value on the way, and its cotangent.
    at_once = std::max<std::size_t>(1, budget / (2 * sizeof(T) * (1 + span.elements(*tape))));
  }
  if (at_once >= n)
    return some(0, n);
  Variables<T> chunks;
  for (std::size_t first = 0; first < n; first += at_once)
    chunks.push_back(checkpoint<T>(
        *tape, [=, count = std::min(at_once, n - first)] { return some(first, count); }));
  return concatenate(chunks);
}

// dy/dx for each x; an error begins with `what`, of y's shape.
template <class T>
Variables<T> blocks(const char* what, const Variable<T>& y, const Variables<T>& x,
                    std::size_t budget, CreateGraph create_graph) {
  std::size_t columns = 0;
  for (const Variable<T>& one : x) {
    columns += one.size();
    if (y.rank() + one.rank() > Shape::max_rank)
      throw ShapeError(what, y.shape(), " and x ", one.shape(), " give rank ",
                       y.rank() + one.rank(), "; arrays have at most ", Shape::max_rank,
                       ": reshape() x or y to fewer axes");
  }
  const bool forward = y.size() > columns; // whichever has fewer rows
  const Variable<T> side_by_side =
      forward ? Variable<T>() : rows(y, x, false, budget, create_graph);
  Variables<T> blocks;
  std::ptrdiff_t at = 0;
  for (const Variable<T>& one : x) {
    const auto next = at + static_cast<std::ptrdiff_t>(one.size());
    const Variable<T> block = forward ? transposed(rows<T>(one, {y}, true, budget, create_graph))
                                      : slice(side_by_side, 1, {at, next});
    blocks.push_back(reshape(block, y.shape() + one.shape()));
    at = next;
  }
  return blocks;
}

// after(g) for the gradient g of y, which itself is recorded as long as a result is.
template <class T, class After>
Variables<T> of_gradient(const char* operation, const Variable<T>& y, const Variables<T>& x,
                         CreateGraph create_graph, const After& after) {
  Tape<T>* const tape = common_tape(operation, {y}, x);
  const Position mark = tape ? tape->size() : 0;
  const Variables<T> g = [&] {
    const RecordingScope<T> on(tape, Recording::on);
    return detail::gradient(y, x, CreateGraph::yes);
  }();
  Variables<T> result = after(g);
  if (tape && (create_graph == CreateGraph::no || RecordingScope<T>::of(tape) == Recording::off))
    tape->rewind(mark);
  return result;
}

} // namespace

template <class T>
Variables<T> gradient(const Variables<T>& outputs, const Variables<T>& inputs,
                      const Variables<T>& seeds, CreateGraph create_graph, Unreached unreached) {
  if (seeds.size() != outputs.size())
    throw ShapeError("gradient: ", seeds.size(), " seeds for ", outputs.size(),
                     " outputs; expected one each");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].tracked() && unreached == Unreached::error)
      throw TapeError("gradient: output ", i, " of shape ", outputs[i].shape(),
                      " is a constant; expected a variable recorded on a tape. Was it computed "
                      "with CreateGraph::no, or from detached values?");
    if (seeds[i].shape() != outputs[i].shape())
      throw ShapeError("gradient: seed ", i, " has shape ", seeds[i].shape(), "; expected ",
                       outputs[i].shape(), " like the output");
  }
  return propagated("gradient", outputs, seeds, inputs, false, create_graph, unreached);
}

template <class T>
Variables<T> detail::vjp(const Variable<T>& y, const Variables<T>& x, const Variable<T>& v,
                         CreateGraph create_graph) {
  return propagated<T>("vjp", {y}, {v}, x, false, create_graph);
}

template <class T>
Variables<T> detail::jvp(const Variable<T>& y, const Variables<T>& x, const Variables<T>& v,
                         CreateGraph create_graph) {
  return propagated<T>("jvp", x, v, {y}, true, create_graph);
}

template <class T>
Variables<T> detail::hvp(const Variable<T>& y, const Variables<T>& x, const Variables<T>& v,
                         CreateGraph create_graph) {
  return of_gradient("hvp", y, x, create_graph, [&](const Variables<T>& g) {
    return propagated("hvp", g, v, x, false, create_graph);
  });
}

template <class T>
Variables<T> detail::jacobian(const Variable<T>& y, const Variables<T>& x, std::size_t budget,
                              CreateGraph create_graph) {
  return blocks("jacobian: y ", y, x, budget, create_graph);
}

template <class T>
Variables<T> detail::hessian(const Variable<T>& y, const Variables<T>& x, std::size_t budget,
                             CreateGraph create_graph) {
  return of_gradient("hessian", y, x, create_graph, [&](const Variables<T>& g) {
    Variables<T> all;
    for (const Variable<T>& one : g)
      for (Variable<T>& block : blocks("hessian: x ", one, x, budget, create_graph))
        all.push_back(std::move(block));
    return all;
  });
}

template <class T> LinearMap<T> jacobian_map(const Variable<T>& y, const Variable<T>& x) {
  return Custom<T>{[=](const Variable<T>& t) { return jvp(y, x, t); },
                   [=](const Variable<T>& v) { return vjp(y, x, v); }};
}

template <class T>
detail::Arguments<T>::Arguments(const std::vector<Variable<T>>& x) : tape_(nullptr) {
  for (const Variable<T>& one : x)
    tape_ = tape_ ? tape_ : Tape<T>::recording(one, "argument");
  tape_ = tape_ ? tape_ : Tape<T>::active();
  if (!tape_) {
    own_ = std::make_unique<Tape<T>>();
    tape_ = own_.get();
  }
  mark_ = tape_->size();
  for (const Variable<T>& one : x)
    variables_.push_back(
        Tape<T>::recording(one, "argument")
            ? record("argument", one.value(), wrt(one, [] { return Identity<T>{}; }))
            : tape_->variable(one.value(), "argument"));
}

template <class T> Variables<T> detail::Arguments<T>::results(Variables<T> y) const {
  std::vector<Position> outputs;
  for (const Variable<T>& one : y)
    if (one.tracked() && Tape<T>::tape_of(one, "result") == tape_)
      outputs.push_back(tape_->position_of(one));
  // From outside come parents before the mark, and leaves that are not the arguments.
  const auto reached = reaching(*tape_, outputs, mark_, tape_->size());
  for (Position p = mark_; p < tape_->size(); ++p) {
    bool outside = tape_->first_edge(p) == tape_->last_edge(p) &&
                   std::none_of(variables_.begin(), variables_.end(),
                                [&](const auto& v) { return tape_->position_of(v) == p; });
    for (std::size_t e = tape_->first_edge(p); e < tape_->last_edge(p); ++e)
      outside = outside || tape_->parent(e) < mark_;
    if (reached[p - mark_] && outside)
      return y;
  }
  for (Variable<T>& one : y)
    if (one.tracked() && Tape<T>::tape_of(one, "result") == tape_ &&
        tape_->position_of(one) >= mark_)
      one = one.detach();
  tape_->rewind(mark_);
  return y;
}

template <class T>
std::vector<Variable<T>> gradient(const std::vector<Variable<T>>& outputs,
                                  const std::vector<Variable<T>>& inputs, CreateGraph create_graph,
                                  Unreached unreached) {
  std::vector<Variable<T>> ones;
  for (const Variable<T>& y : outputs) {
    if (y.size() != 1)
      throw ShapeError("gradient: output ", ones.size(), " has shape ", y.shape(),
                       "; expected one element, or seeds");
    ones.push_back(Array<T>::ones(y.shape()));
  }
  return gradient(outputs, inputs, ones, create_graph, unreached);
}

// clang-format off
using namespace instances;
template std::vector<VF> gradient(const std::vector<VF>&, const std::vector<VF>&, const std::vector<VF>&, CreateGraph, Unreached); template std::vector<VD> gradient(const std::vector<VD>&, const std::vector<VD>&, const std::vector<VD>&, CreateGraph, Unreached);
template std::vector<VF> gradient(const std::vector<VF>&, const std::vector<VF>&, CreateGraph, Unreached); template std::vector<VD> gradient(const std::vector<VD>&, const std::vector<VD>&, CreateGraph, Unreached);
template std::vector<VF> detail::vjp(const VF&, const std::vector<VF>&, const VF&, CreateGraph); template std::vector<VD> detail::vjp(const VD&, const std::vector<VD>&, const VD&, CreateGraph);
template std::vector<VF> detail::jvp(const VF&, const std::vector<VF>&, const std::vector<VF>&, CreateGraph); template std::vector<VD> detail::jvp(const VD&, const std::vector<VD>&, const std::vector<VD>&, CreateGraph);
template std::vector<VF> detail::hvp(const VF&, const std::vector<VF>&, const std::vector<VF>&, CreateGraph); template std::vector<VD> detail::hvp(const VD&, const std::vector<VD>&, const std::vector<VD>&, CreateGraph);
template std::vector<VF> detail::jacobian(const VF&, const std::vector<VF>&, std::size_t, CreateGraph); template std::vector<VD> detail::jacobian(const VD&, const std::vector<VD>&, std::size_t, CreateGraph);
template std::vector<VF> detail::hessian(const VF&, const std::vector<VF>&, std::size_t, CreateGraph); template std::vector<VD> detail::hessian(const VD&, const std::vector<VD>&, std::size_t, CreateGraph);
template LinearMap<float> jacobian_map(const VF&, const VF&);               template LinearMap<double> jacobian_map(const VD&, const VD&);
template class detail::Arguments<float>;                                    template class detail::Arguments<double>;

} // namespace contractive
