#include <contractive/autodiff/jacobian/path.hpp>

#include <algorithm>

namespace contractive {
namespace {

template <class T>
Tape<T>& shared_tape(const char* operation, const Variable<T>& h, const Variable<T>& x) {
  Tape<T>* const of_h = Tape<T>::tape_of(h, operation);
  Tape<T>* const of_x = Tape<T>::tape_of(x, operation);
  if (!of_h || of_h != of_x)
    throw TapeError(operation, ": h of shape ", h.shape(), " was not recorded from x of shape ",
                    x.shape(), "; expected both on one tape");
  if (h.rank() == 0 || x.rank() == 0 || h.shape()[0] != x.shape()[0])
    throw ShapeError(operation, ": h ", h.shape(), ", x ", x.shape(),
                     "; expected the samples on the first axis of both");
  return *of_h;
}

} // namespace

template <class T>
Path<T>::Path(const char* operation, const Variable<T>& h, const Variable<T>& x)
    : tape_(shared_tape(operation, h, x)), from_(tape_.position_of(x)), to_(tape_.position_of(h)),
      span_(tape_, {from_}, {to_}), labels_(span_) {
  if (!connected())
    return;
  const std::size_t count = x.shape()[0];
  if (h.size() == 0 || x.size() == 0)
    throw ShapeError(operation, ": h ", h.shape(), ", x ", x.shape(),
                     "; expected at least one element in each");
  const auto coupled = [&](Position p, const std::string& how) {
    return CouplingError(operation, ": '", tape_.entry(p).operation, "' of shape ", shape(p), " ",
                         how, "; expected each h_b to depend on x_b alone");
  };
  labels_[from_] = Label{x.size() / count, count};
  std::unordered_map<Position, Position> last; // the last child of each value
  const auto push = [&](Position parent, std::size_t e, Position p, const Label& label) {
    last[parent] = std::max(last[parent], p);
    const LinearMap<T>& map = maps_.emplace(e, tape_.recipe(e)()).first->second;
    multiply_adds_ += products(map, shape(p));
    const std::optional<Label> pushed = relabel(map, shape(parent), shape(p), label);
    if (!pushed) {
      const auto* const custom = std::get_if<Custom<T>>(&map.kind());
      throw coupled(p, detail::text("may mix the samples of its operand of shape ", shape(parent),
                                    " (", map.name(), " map",
                                    custom && !custom->free_axes ? " without free_axes" : "", ")"));
    }
    return *pushed;
  };
  const auto agree = [&](Position p, const Label& a, const Label& b) {
    if (!(a == b))
      throw coupled(p, "joins values whose samples lie differently");
    return a;
  };
  sweep(tape_, span_, labels_, true, push, agree, [](Position) { return true; });
  Position reach = last[from_]; // the last child of any value so far
  for (Position p = from_ + 1; p < to_; ++p)
    if (span_.contains(p)) {
      if (reach == p)
        cuts_.push_back(p);
      reach = std::max(reach, last[p]);
    }
  if (!(label(to_) == Label{h.size() / count, count}))
    throw coupled(to_, "does not have its samples on the first axis");
}

// clang-format off
template class Path<float>; template class Path<double>;

} // namespace contractive
