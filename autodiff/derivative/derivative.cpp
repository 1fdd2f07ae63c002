#include <contractive/autodiff/derivative/derivative.hpp>

#include <contractive/autodiff/derivative/sweep.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {
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

template <class T>
std::vector<std::optional<Variable<T>>>
pull_back(const char* operation, const std::vector<Variable<T>>& outputs,
          const std::vector<Variable<T>>& cotangents, const std::vector<Variable<T>>& inputs,
          CreateGraph create_graph) {
  Tape<T>* const tape = common_tape(operation, outputs, inputs);
  std::vector<Position> to;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].tracked())
      throw TapeError(operation, ": input ", i, " of shape ", inputs[i].shape(),
                      " is a constant; expected a variable recorded on a tape");
    to.push_back(tape->position_of(inputs[i]));
  }
  Seeds<T> seeds;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].tracked())
      seeds.emplace_back(tape->position_of(outputs[i]), cotangents[i]);
  const RecordingScope<T> scope(create_graph == CreateGraph::no ? tape : nullptr, Recording::off);
  return tape ? carried(*tape, seeds, to, false) : std::vector<std::optional<Variable<T>>>();
}

// The leading axes that v has in front of `shape`.
template <class T>
Shape extra_axes(const char* operation, const Variable<T>& v, const Shape& shape) {
  if (v.rank() < shape.rank() || v.shape().last(shape.rank()) != shape)
    throw ShapeError(operation, ": v ", v.shape(), "; expected ", shape,
                     ", or leading axes in front of it");
  return v.shape().first(v.rank() - shape.rank());
}

} // namespace

template <class T>
std::vector<Variable<T>>
gradient(const std::vector<Variable<T>>& outputs, const std::vector<Variable<T>>& inputs,
         const std::vector<Variable<T>>& seeds, CreateGraph create_graph, Unreached unreached) {
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
  const auto found = pull_back("gradient", outputs, seeds, inputs, create_graph);
  std::vector<Variable<T>> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!found[i] && unreached == Unreached::error)
      throw TapeError("gradient: no output depends on input ", i, " of shape ", inputs[i].shape(),
                      "; expected a path, or Unreached::zeros");
    result.push_back(found[i] ? *found[i] : Array<T>::zeros(inputs[i].shape()));
  }
  return result;
}

template <class T>
Variable<T> vjp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                CreateGraph create_graph) {
  const Shape extra = extra_axes("vjp", v, y.shape());
  const auto found = pull_back<T>("vjp", {y}, {v}, {x}, create_graph)[0];
  return found ? *found : Array<T>::zeros(extra + x.shape());
}

template <class T>
Variable<T> jvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                CreateGraph create_graph) {
  const Shape extra = extra_axes("jvp", v, x.shape());
  Tape<T>* const tape = common_tape<T>("jvp", {y}, {x});
  if (!x.tracked())
    throw TapeError("jvp: the input of shape ", x.shape(),
                    " is a constant; expected a variable recorded on a tape");
  const RecordingScope<T> scope(create_graph == CreateGraph::no ? tape : nullptr, Recording::off);
  const auto found =
      y.tracked() ? carried<T>(*tape, {{tape->position_of(x), v}}, {tape->position_of(y)}, true)[0]
                  : std::nullopt;
  return found ? *found : Array<T>::zeros(extra + y.shape());
}

template <class T>
Variable<T> jacobian(const Variable<T>& y, const Variable<T>& x, CreateGraph create_graph) {
  const auto rows = [](const Shape& shape) {
    return reshape<T>(Array<T>::eye(shape.elements()), Shape{shape.elements()} + shape);
  };
  if (y.size() <= x.size())
    return reshape(vjp(y, x, rows(y.shape()), create_graph), y.shape() + x.shape());
  const Variable<T> columns = jvp(y, x, rows(x.shape()), create_graph); // (x.size(), y.shape)
  return reshape(transposed(reshape(columns, {x.size(), y.size()})), y.shape() + x.shape());
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

template <class T>
std::vector<Variable<T>> detail::Arguments<T>::results(std::vector<Variable<T>> y) const {
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
template VF vjp(const VF&, const VF&, const VF&, CreateGraph);              template VD vjp(const VD&, const VD&, const VD&, CreateGraph);
template VF jvp(const VF&, const VF&, const VF&, CreateGraph);              template VD jvp(const VD&, const VD&, const VD&, CreateGraph);
template VF jacobian(const VF&, const VF&, CreateGraph);                    template VD jacobian(const VD&, const VD&, CreateGraph);
template class detail::Arguments<float>;                                    template class detail::Arguments<double>;

} // namespace contractive
