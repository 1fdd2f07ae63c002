#pragma once

#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/nn/file/safetensors.hpp>

namespace contractive::cae {

/// What a file of a model says beside its weights: enough to build it again.
struct Configuration {
  Specification specification;
  Shape sample; ///< (height, width, channels) or (d)
  Decoder decoder = Decoder::tied;
  std::string terms; ///< as make_terms() reads them
  std::string corruption = "none";
  Loss loss = Loss::cross_entropy;

  /// As a safetensors file's metadata, and back. Throws FileError when something is missing.
  [[nodiscard]] std::map<std::string, std::string> metadata() const;
  static Configuration from(const std::map<std::string, std::string>& metadata);
};

/// "28x28x1" and "100". Throws Error for another text.
[[nodiscard]] std::string to_text(const Shape& sample);
[[nodiscard]] Shape sample_from(const std::string& text);

/// A network with its configuration.
template <class T> struct Model {
  Configuration configuration;
  Network<T> network;

  /// New weights.
  Model(const Configuration& configuration, Random& random);
  /// It shares this model's network.
  [[nodiscard]] ContractiveAutoencoder<T> autoencoder() const {
    return {network, make_terms<T>(configuration.terms), configuration.loss,
            make_corruption(configuration.corruption)};
  }
};

/// Throws FileError when the file cannot be written; then what was there stays.
template <class T> void save_model(const std::string& path, const Model<T>& model);
/// From a file, or from a training folder's model.safetensors. Throws FileError for any other file.
template <class T> [[nodiscard]] Model<T> load_model(const std::string& path);

/// Weights by their names. Throws Error when two have the same: one would be lost.
template <class T>
void put_weights(const std::vector<nn::Parameter<T>>& parameters, nn::Tensors<T>& to);
template <class T>
void get_weights(const nn::Tensors<T>& from, const std::string& prefix,
                 const std::vector<nn::Parameter<T>>& parameters);
/// Throws FileError when there is no such array of this shape.
template <class T>
[[nodiscard]] Array<T> array_of(const nn::Tensors<T>& from, const std::string& name,
                                const Shape& shape);

} // namespace contractive::cae
