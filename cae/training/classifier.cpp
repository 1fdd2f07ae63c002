#include <contractive/cae/training/classifier.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>
#include <contractive/nn/training/loss.hpp>

#include <algorithm>
#include <filesystem>

namespace contractive::cae {
namespace {

template <class T> void require_labels(const char* what, const Labelled<T>& data) {
  if (data.labels.rank() != 1 || data.x.rank() < 2 || data.x.shape()[0] != data.labels.size() ||
      data.labels.size() == 0)
    throw ShapeError("classifier: ", what, " samples ", data.x.shape(), " with labels ",
                     data.labels.shape(), "; expected (N, d) and (N), N at least 1");
}

// A checkpoint after an epoch, and what came of the best one.
template <class T>
void keep(const Descent<T>& descent, const ClassifierReport& best, const std::string& path) {
  if (path.empty())
    return;
  nn::Tensors<T> state;
  descent.put(state, true);
  state.metadata["best"] =
      nn::csv_row(static_cast<double>(best.epoch), best.loss, best.validation_error, best.seconds);
  nn::write_safetensors(path, state);
}

template <class T>
void resume(Descent<T>& descent, ClassifierReport& best, const std::string& path) {
  if (path.empty() || !std::filesystem::exists(path))
    return;
  const nn::Tensors<T> state = nn::read_safetensors<T>(path);
  nn::naming(path, [&] {
    descent.get(state, true);
    const auto found = state.metadata.find("best");
    const nn::Call numbers{"best", found == state.metadata.end() ? std::vector<std::string>{}
                                                                 : nn::split(found->second, ',')};
    best = {numbers.count(0), numbers.number(1), numbers.number(2), numbers.number(3), true};
  });
}

} // namespace

template <class T>
Classifier<T>::Classifier(nn::ModulePtr<T> encoder, std::size_t codes, std::size_t classes,
                          Random& random, FineTune encoder_too)
    : encoder_(std::move(encoder)), head_(codes, classes, random) {
  nn::adopt("head", head_);
  if (encoder_too == FineTune::yes)
    parameters_ = encoder_->parameters();
  nn::append(parameters_, head_.parameters());
}

template <class T> Indices Classifier<T>::predict(const Array<T>& x) const {
  return Indices::make({x.shape()[0]}, [&](std::int64_t* out) {
    nn::for_each_batch(x, 500, [&](const Array<T>& batch) {
      const Indices classes = argmax(logits(batch).value(), -1);
      out = std::copy(classes.begin(), classes.end(), out);
    });
  });
}

template <class T> std::vector<std::size_t> Classifier<T>::mistakes(const Labelled<T>& data) const {
  require_labels("given", data);
  const Indices classes = predict(data.x);
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes[i] != data.labels[i])
      wrong.push_back(i);
  return wrong;
}

template <class T>
Variable<T> tangent_penalty(const Variable<T>& o, const Variable<T>& x, const Array<T>& tangents) {
  const Shape& t = tangents.shape();
  if (t.rank() != 3 || x.rank() != 2 || t[0] != x.shape()[0] || t[2] != x.shape()[1])
    throw ShapeError("tangent_penalty: x ", x.shape(), ", tangents ", t,
                     "; expected (N, d) and (N, m, d)");
  const Variable<T> along = jvp(o, x, permute(Variable<T>(tangents), {1, 0, 2}));
  return sum(sum_of_squares(reshape(along, {t[1], t[0], Shape::infer}), 2), 0);
}

template <class T>
ClassifierReport train_classifier(Classifier<T>& classifier, const Labelled<T>& training,
                                  const Labelled<T>& validation, const ClassifierOptions& options,
                                  const Array<T>& tangents,
                                  const std::function<void(const ClassifierReport&)>& epoch) {
  require_labels("training", training);
  require_labels("validation", validation);
  const bool along = options.tangent_weight > 0 && tangents.size() > 0;
  Descent<T> descent("classifier", options, classifier.parameters(), training.labels.size(),
                     options.seed);
  ClassifierReport best;
  resume(descent, best, options.checkpoint);
  while (descent.epoch < options.epochs) {
    ClassifierReport report{descent.epoch + 1, 0, 0, 0, false};
    descent.run_epoch([&](const std::vector<std::size_t>& numbers) {
      Tape<T> tape;
      const Array<T> values = nn::take(training.x, numbers);
      const Variable<T> x = along ? tape.variable(values, "x") : Variable<T>(values);
      const Variable<T> logits = classifier.logits(x);
      Variable<T> loss =
          mean(nn::softmax_cross_entropy(logits, nn::take(training.labels, numbers)));
      if (along)
        loss = loss + static_cast<T>(options.tangent_weight) *
                          mean(tangent_penalty(softmax(logits), x, nn::take(tangents, numbers)));
      descent.step(loss);
      report.loss +=
          static_cast<double>(loss.item()) / static_cast<double>(descent.batches.per_epoch());
      return true;
    });
    report.validation_error = static_cast<double>(classifier.mistakes(validation).size()) /
                              static_cast<double>(validation.labels.size());
    report.seconds = descent.seconds();
    report.best = descent.end_epoch(report.validation_error);
    if (report.best)
      best = report;
    keep(descent, best, options.checkpoint);
    if (epoch)
      epoch(report);
  }
  descent.restore_best_weights();
  return best;
}

// clang-format off
#define CONTRACTIVE_CLASSIFIER(T)                                                                 \
  template class Classifier<T>;                                                                   \
  template Variable<T> tangent_penalty(const Variable<T>&, const Variable<T>&, const Array<T>&);  \
  template ClassifierReport train_classifier(Classifier<T>&, const Labelled<T>&,                  \
      const Labelled<T>&, const ClassifierOptions&, const Array<T>&,                              \
      const std::function<void(const ClassifierReport&)>&);
CONTRACTIVE_CLASSIFIER(float)
CONTRACTIVE_CLASSIFIER(double)

} // namespace contractive::cae
