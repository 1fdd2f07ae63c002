#pragma once

#include <contractive/cae/model/autoencoder.hpp>

namespace contractive::cae {

/// New samples by a walk along the manifold: `steps` times x <- g(f(x) + J J^T e), J = df/dx and
/// e ~ N(0, sigma^2 I). J J^T e lies in the range of J and follows its directions by their squared
/// singular values: one product with J and one with its transpose. x (N, ...) -> (N, ...).
/// Rifai, Bengio, Dauphin, Vincent, ICML 2012.
template <class T>
[[nodiscard]] Array<T> walk(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                            std::size_t steps, double sigma, Random& random);

/// (r(x) - x) / sigma^2: what a denoising auto-encoder, squared error and Gaussian noise of this
/// sigma, has learned of the score grad log p_sigma(x), p_sigma the density of the noisy data. With
/// cross-entropy it is not calibrated. Vincent 2011; Alain, Bengio, JMLR 2014.
template <class T>
[[nodiscard]] Array<T> score(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                             double sigma);

/// `steps` times x <- x + (step / 2) score(x) + sqrt(step) N(0, I): Langevin's walk, whose samples
/// are p_sigma's for small steps. Alain, Bengio, JMLR 2014, section 5.
template <class T>
[[nodiscard]] Array<T> langevin(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                                std::size_t steps, double step, double sigma, Random& random);

} // namespace contractive::cae
