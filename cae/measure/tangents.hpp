#pragma once

#include <contractive/cae/model/autoencoder.hpp>

namespace contractive::cae {

/// The directions in which the code changes most: the `count` leading right singular vectors of
/// each sample's Jacobian dh/dx, and their singular values.
template <class T> struct Tangents {
  Array<T> directions; ///< (B, count, d), orthonormal rows; signs are arbitrary
  Array<T> stretch;    ///< (B, count), falling
};
/// x (B, d). Throws Error for more directions than the Jacobian has.
template <class T>
[[nodiscard]] Tangents<T> leading_tangents(const ContractiveAutoencoder<T>& model,
                                           const Array<T>& x, std::size_t count);

/// The same without any Jacobian, for a few directions of many samples: by products of J^T J with a
/// block of random vectors, `iterations` times. Leading directions come out well, to about
/// (s_k+1 / s_k)^(2 iterations) for those beyond k = `count` + 5. Halko, Martinsson, Tropp 2011.
template <class T>
[[nodiscard]] Tangents<T> principal_tangents(const ContractiveAutoencoder<T>& model,
                                             const Array<T>& x, std::size_t count, Random& random,
                                             std::size_t iterations = 6);

/// The `count` leading directions, (N, count, d), in which the `neighbours` nearest samples of
/// `data` (M, d) vary around their mean, for each x (N, d): local principal components. Throws
/// Error unless count < neighbours <= M.
template <class T>
[[nodiscard]] Array<T> local_directions(const Array<T>& x, const Array<T>& data,
                                        std::size_t neighbours, std::size_t count);

/// The mean angle, in degrees, between the subspaces that the rows of a (m, d) and b (k, d) span:
/// over their min(m, k) principal angles. Rows need not be orthonormal, but independent.
/// Bjorck, Golub 1973.
template <class T> [[nodiscard]] double mean_principal_angle(const Array<T>& a, const Array<T>& b);

/// The mean angle that random subspaces of these dimensions have in d dimensions, from `draws`
/// seeded draws.
[[nodiscard]] double chance_angle(std::size_t m, std::size_t k, std::size_t d,
                                  std::size_t draws = 50);

} // namespace contractive::cae
