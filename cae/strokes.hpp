#pragma once

#include <contractive/autodiff/array.hpp>
#include <contractive/nn/random.hpp>

namespace contractive::cae {

/// Small images of handwriting-like strokes, made up from a seed: ten kinds of smooth curves, each
/// sample's own deformation of one, drawn with a soft pen. How an image depends on its pose is
/// known by construction, so the true tangent directions of the data's manifold are.
template <class T> struct Strokes {
  /// The pose's parameters, in the order of the tangents.
  static constexpr std::size_t poses = 5; // shift x, shift y, rotation, log scale, thickness

  Array<T> images;   ///< (N, size, size), in [0, 1]
  Indices labels;    ///< (N), 0 to 9: which curve
  Array<T> tangents; ///< (N, poses, size * size): d image / d pose; empty unless asked for
};

/// `count` images of size x size pixels (at least 8). The same seed gives the same images.
template <class T>
Strokes<T> make_strokes(std::size_t count, std::uint64_t seed, bool with_tangents = false,
                        std::size_t size = 28);

} // namespace contractive::cae
