#pragma once

#include <contractive/cae/model/autoencoder.hpp>

namespace contractive::cae {

/// The singular values of J = dh/dx, as means over samples.
struct Spectrum {
  std::vector<double> values;     ///< the i-th largest one, averaged as it is, not squared
  double effective_dimension = 0; ///< (sum s^2)^2 / sum s^4: the number of equal ones alike
  double ninety = 0;              ///< how many of the largest hold 90 % of ||J||_F^2
  double expanding = 0;           ///< how many are above 1: directions that the code stretches
  double contractions = 0;        ///< the share of samples without any: there f is a contraction
};
/// Of samples x (N, d), by a singular value decomposition each: a few hundred suffice.
/// Rifai et al. 2011, figure 2; contraction: Goodfellow et al. 2016, section 14.7.
template <class T>
[[nodiscard]] Spectrum spectrum(const ContractiveAutoencoder<T>& model, const Array<T>& x);

/// The largest singular value of J: ||J||_2, by which f stretches the direction that it stretches
/// most.
struct OperatorNorm {
  double mean = 0;         ///< over samples
  double contractions = 0; ///< the share of samples where it is at most 1: there f is a contraction
};
/// Of samples x (N, ...), without any Jacobian, by jacobian_operator_norm to a thousandth: some
/// thousand samples take seconds. What a spectrum has too, of fewer samples.
template <class T>
[[nodiscard]] OperatorNorm operator_norm(const ContractiveAutoencoder<T>& model, const Array<T>& x);

/// How much of a distance between inputs is left between their codes.
struct Contraction {
  double radius; ///< ||x' - x||
  double mean;   ///< of ||f(x') - f(x)|| / ||x' - x|| over the samples
  double root;   ///< of the mean of its square: for a small radius, sqrt(mean ||J||_F^2 / d)
};
/// For each radius r, x' = x + r u with u uniform on the unit sphere, drawn anew for each sample of
/// x (N, d), not clipped. Rifai et al. 2011, section 5.3: a contractive code's ratio rises up to a
/// bump at about the distance between samples; every bounded code's falls in the end.
template <class T>
[[nodiscard]] std::vector<Contraction>
contraction_curve(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                  const std::vector<double>& radii, Random& random);

} // namespace contractive::cae
