#pragma once

#include <contractive/autodiff/derivative/sweep.hpp>
#include <contractive/autodiff/jacobian/samples.hpp>

#include <unordered_map>

namespace contractive {

/// What was recorded between x and h: the span of the tape, each edge's linear map (run once, so
/// that several sweeps share it), and each value's label. Making one shows that h's samples depend
/// on their own x alone.
template <class T> class Path {
public:
  /// Throws as jacobian.hpp says.
  Path(const char* operation, const Variable<T>& h, const Variable<T>& x);

  /// Whether h depends on x at all; otherwise there is nothing to sweep.
  bool connected() const { return span_.contains(to_); }
  Tape<T>& tape() const { return tape_; }
  const Span<T>& span() const { return span_; }
  Position from() const { return from_; }
  Position to() const { return to_; }
  const Shape& shape(Position p) const { return tape_.shape(p); }
  const LinearMap<T>& map(std::size_t edge) const { return maps_.at(edge); }
  /// The multiply-adds of one row through every product on the way.
  double multiply_adds() const { return multiply_adds_; }
  /// The values that every way from x to h crosses, in order; x and h are not among them.
  const std::vector<Position>& cuts() const { return cuts_; }
  const Label& label(Position p) const { return *labels_[p]; }

private:
  Tape<T>& tape_;
  Position from_, to_;
  Span<T> span_;
  std::unordered_map<std::size_t, LinearMap<T>> maps_; // by edge
  double multiply_adds_ = 0;
  std::vector<Position> cuts_;
  Slots<T, Label> labels_;
};

/// Whether h depends on x, shown sample by sample; throws as jacobian.hpp says.
template <class T> bool depends(const char* operation, const Variable<T>& h, const Variable<T>& x) {
  const RecordingScope<T> off(Tape<T>::tape_of(h, operation), Recording::off);
  return Path<T>(operation, h, x).connected();
}

/// The multiply-adds of a cotangent of this shape through the map's transpose: each element meets
/// one row or column of a product's matrix; a map of a user's own says; others have none.
template <class T> double products(const LinearMap<T>& map, const Shape& shape) {
  if (const auto* custom = std::get_if<Custom<T>>(&map.kind()))
    return custom->multiply_adds;
  const auto* product = std::get_if<Product<T>>(&map.kind());
  if (!product)
    return 0;
  const Shape& w = product->w.shape();
  const bool last = (product->side == Product<T>::Side::right) == product->transpose_w;
  return static_cast<double>(shape.elements() * w[w.rank() - (last ? 1 : 2)]);
}

} // namespace contractive
