#include <contractive/autodiff/derivative/derivative.hpp>

#include <contractive/autodiff/derivative/sweep.hpp>
#include <contractive/autodiff/operation/move.hpp>

namespace contractive {
namespace {

// The one tape that all of these are on; untracked ones are passed over.
template <class T>
Tape<T>* common_tape(const char* operation, const std::vector<Variable<T>>& outputs,
                     const std::vector<Variable<T>>& inputs) {
  Tape<T>* tape = nullptr;
  for (const auto* variables : {&outputs, &inputs})
    for (const Variable<T>& x : *variables) {
      Tape<T>* const home = Tape<T>::home(x, operation);
      if (tape && home && tape != home)
        throw TapeError(
            text(operation, ": outputs and inputs are on different tapes; expected one"));
      tape = home ? home : tape;
    }
  return tape;
}

template <class T>
std::vector<std::optional<Variable<T>>>
pull_back(const char* operation, const std::vector<Variable<T>>& outputs,
          const std::vector<Variable<T>>& cotangents, const std::vector<Variable<T>>& inputs,
          bool create_graph) {
  Tape<T>* const tape = common_tape(operation, outputs, inputs);
  std::vector<Position> to;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].tracked())
      throw TapeError(text(operation, ": input ", i, " of shape ", inputs[i].shape(),
                           " is a constant; expected a variable recorded on a tape"));
    to.push_back(tape->position_of(inputs[i]));
  }
  Seeds<T> seeds;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].tracked())
      seeds.emplace_back(tape->position_of(outputs[i]), cotangents[i]);
  const NoRecord<T> quiet(create_graph ? nullptr : tape);
  return tape ? pull(*tape, seeds, to) : std::vector<std::optional<Variable<T>>>();
}

// The leading axes that v has in front of `shape`.
template <class T>
Shape extra_axes(const char* operation, const Variable<T>& v, const Shape& shape) {
  if (v.rank() < shape.rank() || v.shape().last(shape.rank()) != shape)
    throw ShapeError(text(operation, ": v ", v.shape(), "; expected ", shape,
                          ", or leading axes in front of it"));
  return v.shape().first(v.rank() - shape.rank());
}

} // namespace

template <class T>
std::vector<Variable<T>> gradient(const std::vector<Variable<T>>& outputs,
                                  const std::vector<Variable<T>>& inputs,
                                  const GradientOptions<T>& options) {
  std::vector<Variable<T>> seeds = options.seeds;
  if (!seeds.empty() && seeds.size() != outputs.size())
    throw ShapeError(text("gradient: ", seeds.size(), " seeds for ", outputs.size(),
                          " outputs; expected one each"));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].tracked() && !options.zeros_if_unreached)
      throw TapeError(text("gradient: output ", i, " of shape ", outputs[i].shape(),
                           " is a constant; expected a variable recorded on a tape"));
    if (options.seeds.empty() && outputs[i].size() != 1)
      throw ShapeError(text("gradient: output ", i, " has shape ", outputs[i].shape(),
                            "; expected one element, or seeds"));
    if (options.seeds.empty())
      seeds.push_back(Array<T>::ones(outputs[i].shape()));
    else if (seeds[i].shape() != outputs[i].shape())
      throw ShapeError(text("gradient: seed ", i, " has shape ", seeds[i].shape(), "; expected ",
                            outputs[i].shape(), " like the output"));
  }
  const auto found = pull_back("gradient", outputs, seeds, inputs, options.create_graph);
  std::vector<Variable<T>> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!found[i] && !options.zeros_if_unreached)
      throw TapeError(text("gradient: no output depends on input ", i, " of shape ",
                           inputs[i].shape(), "; expected a path, or zeros_if_unreached"));
    result.push_back(found[i] ? *found[i] : Array<T>::zeros(inputs[i].shape()));
  }
  return result;
}

template <class T>
Variable<T> vjp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                bool create_graph) {
  const Shape extra = extra_axes("vjp", v, y.shape());
  const auto found = pull_back<T>("vjp", {y}, {v}, {x}, create_graph)[0];
  return found ? *found : Array<T>::zeros(extra + x.shape());
}

template <class T>
Variable<T> jvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                bool create_graph) {
  const Shape extra = extra_axes("jvp", v, x.shape());
  Tape<T>* const tape = common_tape<T>("jvp", {y}, {x});
  if (!x.tracked())
    throw TapeError(text("jvp: the input of shape ", x.shape(),
                         " is a constant; expected a variable recorded on a tape"));
  const NoRecord<T> quiet(create_graph ? nullptr : tape);
  const auto found =
      y.tracked() ? push(*tape, tape->position_of(x), v, tape->position_of(y)) : std::nullopt;
  return found ? *found : Array<T>::zeros(extra + y.shape());
}

template <class T>
Variable<T> jacobian(const Variable<T>& y, const Variable<T>& x, bool create_graph) {
  const auto rows = [](const Shape& shape) {
    return reshape<T>(Array<T>::eye(shape.elements()), Shape{shape.elements()} + shape);
  };
  if (y.size() <= x.size())
    return reshape(vjp(y, x, rows(y.shape()), create_graph), y.shape() + x.shape());
  const Variable<T> columns = jvp(y, x, rows(x.shape()), create_graph); // (x.size(), y.shape)
  return reshape(transposed(reshape(columns, {x.size(), y.size()})), y.shape() + x.shape());
}

template <class T> Enclosure<T>::Enclosure(const std::vector<Variable<T>>& x) {
  Tape<T>* tape = nullptr;
  for (const Variable<T>& one : x)
    tape = tape ? tape : Tape<T>::of(one, "enclosure");
  tape = tape ? tape : Tape<T>::active();
  if (!tape) {
    own_ = std::make_unique<Tape<T>>();
    tape = own_.get();
  }
  for (const Variable<T>& one : x)
    inside_.push_back(Tape<T>::of(one, "enclosure")
                          ? record("enter", one.value(), wrt(one, [] { return Identity<T>{}; }))
                          : tape->variable(one.value(), "enter"));
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
using OF = GradientOptions<float>; using OD = GradientOptions<double>;
template std::vector<F> gradient(const std::vector<F>&, const std::vector<F>&, const OF&);
template std::vector<D> gradient(const std::vector<D>&, const std::vector<D>&, const OD&);
template F vjp(const F&, const F&, const F&, bool);  template D vjp(const D&, const D&, const D&, bool);
template F jvp(const F&, const F&, const F&, bool);  template D jvp(const D&, const D&, const D&, bool);
template F jacobian(const F&, const F&, bool);  template D jacobian(const D&, const D&, bool);
template class Enclosure<float>;  template class Enclosure<double>;

} // namespace contractive
