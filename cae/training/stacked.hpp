#pragma once

#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/trainer.hpp>

namespace contractive::cae {

/// Trains an encoder of dense layers greedily: layer k by an auto-encoder of its own, with the
/// model's terms and corruption, on the codes of the trained layers below, its penalty with respect
/// to these. The loss is the model's for the first layer; above, cross-entropy where codes are a
/// sigmoid's, else the squared error. Each layer is trained in a folder of its own, `layer-1` and
/// so on, if there is a folder, and goes on from the checkpoint that it holds. `layer(k, of)`, if
/// given, is called before layer k, from 1. Returns false when the observer stopped it: the layers
/// above are then as they were.
/// The whole encoder at once, with the penalty of the composed map, is what Trainer does.
/// Throws Error for other layers. Rifai et al. 2011, section 5; Bengio et al., NIPS 2006.
template <class T>
bool train_stacked(Model<T>& model, const nn::RowsOf<T>& training, const nn::RowsOf<T>& validation,
                   const TrainingOptions& options, const Observer& observer = {},
                   const std::function<void(std::size_t, std::size_t)>& layer = {});

} // namespace contractive::cae
