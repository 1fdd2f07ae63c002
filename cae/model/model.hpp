#pragma once

#include <contractive/cae/data/samples.hpp>
#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/nn/file/safetensors.hpp>

namespace contractive::cae {

/// What a file of a model says beside its weights: enough to build it again.
struct Configuration {
  Specification specification;     ///< of the encoder
  Shape sample;                    ///< (height, width, channels) or (d)
  Decoder decoder = Decoder::tied; ///< whose weights it has
  std::string terms;               ///< as make_terms() reads them
  std::string corruption = "none"; ///< as make_corruption() reads it
  Loss loss = Loss::cross_entropy; ///< between input and reconstruction
  Reading reading{}; ///< of the data that it was trained on; part and image do not count
  std::optional<InputRange> range{}; ///< of its inputs, where it is known

  /// As a safetensors file's metadata.
  [[nodiscard]] std::map<std::string, std::string> metadata() const;
  /// From such metadata. Throws FileError when something is missing.
  static Configuration from(const std::map<std::string, std::string>& metadata);
};

/// "28x28x1" and "100". Throws Error for another text.
[[nodiscard]] std::string to_text(const Shape& sample);
[[nodiscard]] Shape sample_from(const std::string& text);

/// A network with its configuration. `load_model<float>("folder").network.encode(x)` are the codes
/// of inputs x (N, d): as_rows() of what read_inputs() gives for configuration.reading.
template <class T> struct Model {
  Configuration configuration; ///< enough to build it again
  Network<T> network;          ///< with its weights

  /// Builds the network, with new weights drawn from `random`. Throws Error where there would be
  /// more than `most` of them, or as build() does.
  Model(const Configuration& configuration, Random& random, std::size_t most = any_number);
  /// What is trained: it shares this model's network.
  [[nodiscard]] ContractiveAutoencoder<T> autoencoder() const {
    return {network, make_terms<T>(configuration.terms), configuration.loss,
            make_corruption(configuration.corruption)};
  }
};

/// Sets the bias that the decoder adds last so that, over these samples (N, d), what it gives is on
/// average their mean: training need not begin by finding it. For cross-entropy these are the
/// means' logits, of means kept 0.001 away from 0 and 1; a convolution has a mean for each channel.
/// A decoder that ends otherwise is left as it is.
template <class T> void centre_output(const Model<T>& model, const nn::RowsOf<T>& samples);

/// Throws FileError, naming the path, for inputs that the model's loss does not allow. A note says
/// where they are of another size than those that the model was trained on.
void require_inputs(const Configuration& configuration, const Array<float>& inputs,
                    const std::string& path, std::vector<std::string>& notes);

/// Throws FileError when the file cannot be written; then what was there stays.
template <class T> void save_model(const std::string& path, const Model<T>& model);
/// The file of the model at this path: itself, or a training folder's model.safetensors.
[[nodiscard]] std::string model_file(const std::string& path);
/// From a file, or from a training folder's model.safetensors. Throws FileError for any other file.
template <class T> [[nodiscard]] Model<T> load_model(const std::string& path);

/// Weights by their names. Throws Error when two have the same: one would be lost.
template <class T>
void put_weights(const std::vector<nn::Parameter<T>>& parameters, nn::Tensors<T>& to);
/// Gives the parameters the arrays that have their names behind the prefix. Throws FileError when
/// one is missing or has another shape.
template <class T>
void get_weights(const nn::Tensors<T>& from, const std::string& prefix,
                 const std::vector<nn::Parameter<T>>& parameters);
/// Throws FileError when there is no such array of this shape.
template <class T>
[[nodiscard]] Array<T> array_of(const nn::Tensors<T>& from, const std::string& name,
                                const Shape& shape);

} // namespace contractive::cae
