#include <contractive/autodiff/operation/record.hpp>

namespace contractive::detail {

template <class T> Position position_as(Tape<T>& tape, const Variable<T>& x, const Shape& as) {
  if (x.shape() == as)
    return tape.position_of(x);
  const Position position = tape.append("broadcast", as);
  tape.connect(tape.position_of(x), [from = x.shape(), as] {
    return Move<T, geometry::Broadcast>{{from, as}};
  });
  return position;
}

template Position position_as(Tape<float>&, const Variable<float>&, const Shape&);
template Position position_as(Tape<double>&, const Variable<double>&, const Shape&);

} // namespace contractive::detail
