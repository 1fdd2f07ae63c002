#include <contractive/cae/training/stacked.hpp>

#include <filesystem>

namespace contractive::cae {
namespace {

// Parameters `from` on of one layer's network, to a layer's place among all of them.
template <class T>
void put(const std::vector<nn::Parameter<T>*>& layer, const std::vector<nn::Parameter<T>*>& all,
         std::size_t place) {
  for (std::size_t i = 0; i < layer.size(); ++i)
    all[place * layer.size() + i]->value = layer[i]->value;
}

} // namespace

template <class T>
void train_stacked(Model<T>& model, const Array<T>& training, const Array<T>& validation,
                   const TrainingOptions& options, const Observer& observer,
                   const std::function<void(std::size_t, std::size_t)>& layer) {
  const Configuration& whole = model.configuration;
  const auto& layers = whole.specification.layers();
  for (const LayerSpecification& each : layers)
    if (each.kind != LayerSpecification::Kind::linear)
      throw Error("stacked: encoder '", whole.specification.text(),
                  "'; expected dense layers only: others are trained all at once");
  Array<T> x = training, held_back = validation;
  Random random(options.seed);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    if (layer)
      layer(k + 1, layers.size());
    Configuration one = whole;
    one.specification = whole.specification.layer(k);
    TrainingOptions its = options;
    its.saturation = saturation_of(one.specification);
    its.folder += its.folder.empty() ? "" : detail::text("/layer-", k + 1);
    if (!its.folder.empty())
      std::filesystem::create_directories(its.folder);
    if (k > 0) {
      one.sample = {x.shape()[1]};
      one.loss = layers[k - 1].activation == "sigmoid" ? Loss::cross_entropy : Loss::squared_error;
    }
    const Model<T> part(one, random);
    const auto autoencoder = part.autoencoder();
    its.metadata = one.metadata();
    Trainer<T>(autoencoder, x, held_back, its).run(observer);
    put(part.network.encoder->parameters(), model.network.encoder->parameters(), k);
    put(part.network.decoder->parameters(), model.network.decoder->parameters(),
        layers.size() - 1 - k);
    x = part.network.encode(x);
    held_back = part.network.encode(held_back);
  }
}

template void train_stacked(Model<float>&, const Array<float>&, const Array<float>&,
                            const TrainingOptions&, const Observer&,
                            const std::function<void(std::size_t, std::size_t)>&);
template void train_stacked(Model<double>&, const Array<double>&, const Array<double>&,
                            const TrainingOptions&, const Observer&,
                            const std::function<void(std::size_t, std::size_t)>&);

} // namespace contractive::cae
