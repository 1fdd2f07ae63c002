#pragma once

#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/nn/data/rows.hpp>
#include <contractive/nn/training/workers.hpp>

namespace contractive::cae {

/// What an auto-encoder does on a set of samples, as means over them.
struct Measures {
  double reconstruction = 0; ///< L
  double floor = 0; ///< the least L that any reconstruction has: for grey pixels, their entropies
  double norm = 0;  ///< ||J||_F, J = dh/dx
  double squared_norm = 0;  ///< ||J||_F^2: what the objective contains
  double squared_entry = 0; ///< ||J||_F^2 / (d s): the scale of Rifai et al. 2011, table 1
  double low = 0;  ///< saturation: the share of units below 0.05; NaN for codes that have no ends
  double high = 0; ///< and of those above 0.95
  std::size_t dead = 0;        ///< the number of units that give all samples the same
  std::size_t units = 0;       ///< of the code
  std::size_t always_low = 0;  ///< the number of units below 0.05 on every sample
  std::size_t always_high = 0; ///< and of those above 0.95
};

/// Whether saturation means something for this activation of the code: sigmoid, and tanh, which is
/// mapped to (h + 1) / 2 before.
enum class Saturation { none, sigmoid, tanh };
/// That of the code's activation.
[[nodiscard]] Saturation saturation_of(const Specification& specification);

/// On x (N, ...), `batch` samples at a time; records nothing on the caller's tape. Of several
/// workers, each measures its parts of x.
template <class T>
[[nodiscard]] Measures measure(const ContractiveAutoencoder<T>& model, const nn::RowsOf<T>& x,
                               Saturation saturation, std::size_t batch = 500,
                               nn::Workers* workers = nullptr, std::size_t parts = 1);

/// The mean entropy of a sample's elements as coins, in nats: the cross-entropy of x with itself.
template <class T> [[nodiscard]] double entropy_floor(const Array<T>& x);

/// The mean L over x (N, d) of giving every sample the mean of `training` (N, d): what a
/// reconstruction must beat to have learned anything.
template <class T>
[[nodiscard]] double constant_loss(const nn::Rows<T>& training, const nn::RowsOf<T>& x, Loss loss);
template <class T>
[[nodiscard]] double constant_loss(const Array<T>& training, const nn::RowsOf<T>& x, Loss loss) {
  return constant_loss(nn::Rows<T>(training), x, loss);
}

/// What there is to warn of after training: a loss above that of the constant mean, |J| of 0, dead
/// units. Each a sentence that says what to try.
[[nodiscard]] std::vector<std::string> warnings(const Measures& measures, double constant);

} // namespace contractive::cae
