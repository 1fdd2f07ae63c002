#include <contractive/cae/training/stacked.hpp>

#include <contractive/nn/file/file.hpp>

namespace contractive::cae {
namespace {

// Sets the parameters of the layer at this position among `all`.
template <class T>
void copy_weights(const std::vector<nn::Parameter<T>>& layer,
                  const std::vector<nn::Parameter<T>>& all, std::size_t position) {
  for (std::size_t i = 0; i < layer.size(); ++i)
    all[position * layer.size() + i].assign(layer[i].value());
}

} // namespace

template <class T>
bool train_stacked(Model<T>& model, const nn::RowsOf<T>& training, const nn::RowsOf<T>& validation,
                   const TrainingOptions& options, const Observer& observer,
                   const std::function<void(std::size_t, std::size_t)>& layer) {
  const Configuration& configuration = model.configuration;
  const auto& layers = configuration.specification.layers();
  for (const LayerSpecification& dense : layers)
    if (dense.kind != LayerSpecification::Kind::linear)
      throw Error("stacked: encoder '", configuration.specification.text(),
                  "'; expected dense layers only: others are trained all at once");
  nn::Rows<T> x = training, held_back = validation;
  Random random(options.seed);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    if (layer)
      layer(k + 1, layers.size());
    Configuration layer_configuration = configuration;
    layer_configuration.specification = configuration.specification.layer(k);
    TrainingOptions layer_options = options;
    layer_options.saturation = saturation_of(layer_configuration.specification);
    layer_options.folder += layer_options.folder.empty() ? "" : detail::text("/layer-", k + 1);
    if (!layer_options.folder.empty() && options.workers->first()) {
      nn::make_folder(layer_options.folder);
      nn::remove_leftovers(layer_options.folder);
    }
    if (k > 0) {
      layer_configuration.sample = {x.shape()[1]};
      layer_configuration.loss =
          layers[k - 1].activation == "sigmoid" ? Loss::cross_entropy : Loss::squared_error;
    }
    const Model<T> part(layer_configuration, random);
    if (options.centred)
      centre_output(part, x);
    layer_options.metadata = layer_configuration.metadata();
    layer_options.metadata.insert(options.metadata.begin(), options.metadata.end());
    Trainer<T> trainer(part.autoencoder(), x, held_back, layer_options);
    trainer.resume();
    const bool over = trainer.run(observer);
    copy_weights(part.network.encoder->parameters(), model.network.encoder->parameters(), k);
    copy_weights(part.network.decoder->parameters(), model.network.decoder->parameters(),
                 layers.size() - 1 - k);
    if (!over)
      return false;
    const auto encoded = [&](const nn::Rows<T>& rows) {
      return rows.each({part.network.codes}, [network = part.network](const Array<T>& batch) {
        return network.encode(batch);
      });
    };
    x = encoded(x);
    held_back = encoded(held_back);
  }
  return true;
}

template bool train_stacked(Model<float>&, const nn::Rows<float>&, const nn::Rows<float>&,
                            const TrainingOptions&, const Observer&,
                            const std::function<void(std::size_t, std::size_t)>&);
template bool train_stacked(Model<double>&, const nn::Rows<double>&, const nn::Rows<double>&,
                            const TrainingOptions&, const Observer&,
                            const std::function<void(std::size_t, std::size_t)>&);

} // namespace contractive::cae
