#include <contractive/cae/training/classifier.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/training/loss.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace contractive::cae {
namespace {

template <class T> void require_labels(const char* what, const Labelled<T>& data) {
  if (data.labels.rank() != 1 || data.x.rank() < 2 || data.x.shape()[0] != data.labels.size() ||
      data.labels.size() == 0)
    throw ShapeError("classifier: ", what, " samples ", data.x.shape(), " with labels ",
                     data.labels.shape(), "; expected (N, d) and (N), N at least 1");
}

} // namespace

template <class T>
Classifier<T>::Classifier(nn::Module<T>& encoder, std::size_t codes, std::size_t classes,
                          Random& random, bool frozen)
    : encoder_(encoder), head_(codes, classes, random) {
  for (nn::Parameter<T>* parameter : head_.parameters())
    parameter->name = "head." + parameter->name;
  parameters_ = frozen ? std::vector<nn::Parameter<T>*>{} : encoder.parameters();
  for (nn::Parameter<T>* parameter : head_.parameters())
    parameters_.push_back(parameter);
}

template <class T> Indices Classifier<T>::predict(const Array<T>& x) const {
  constexpr std::size_t batch = 500;
  const std::size_t n = x.shape()[0];
  return Indices::make({n}, [&](std::int64_t* out) {
    for (std::size_t first = 0; first < n; first += batch) {
      const auto part = nn::take(x, first, std::min(first + batch, n));
      const Indices classes = argmax(logits(part).value(), -1);
      out = std::copy(classes.begin(), classes.end(), out);
    }
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
  const std::size_t n = training.labels.size();
  const nn::Schedule schedule = nn::make_schedule(options.schedule);
  const auto optimiser = nn::make_optimiser<T>(options.optimiser, options.learning_rate);
  nn::Batches batches(n, std::min(options.batch, n), options.seed);
  ClassifierReport best;
  std::vector<Array<T>> weights;
  for (std::size_t i = 0; i < options.epochs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ClassifierReport report{i + 1, 0, 0, 0, false};
    optimiser->learning_rate = options.learning_rate * schedule(i);
    for (auto numbers = batches.next(); !numbers.empty(); numbers = batches.next()) {
      Tape<T> tape;
      const Array<T> values = nn::take(training.x, numbers);
      const Variable<T> x = along ? tape.variable(values, "x") : Variable<T>(values);
      const Variable<T> logits = classifier.logits(x);
      Variable<T> loss =
          mean(nn::softmax_cross_entropy(logits, nn::take(training.labels, numbers)));
      if (along)
        loss = loss + static_cast<T>(options.tangent_weight) *
                          mean(tangent_penalty(softmax(logits), x, nn::take(tangents, numbers)));
      if (!std::isfinite(loss.item()))
        throw Error("classifier: the loss is ", loss.item(), " in epoch ", i + 1,
                    "; expected a finite number: try a learning rate below ",
                    optimiser->learning_rate);
      report.loss += static_cast<double>(loss.item()) / static_cast<double>(batches.per_epoch());
      optimiser->step(classifier.parameters(),
                      gradient<T>({loss}, nn::use(classifier.parameters()), CreateGraph::no));
    }
    report.validation_error = static_cast<double>(classifier.mistakes(validation).size()) /
                              static_cast<double>(validation.labels.size());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report.best = i == 0 || report.validation_error < best.validation_error;
    if (report.best) {
      best = report;
      weights.clear();
      for (const nn::Parameter<T>* parameter : classifier.parameters())
        weights.push_back(parameter->value);
    }
    if (epoch)
      epoch(report);
  }
  for (std::size_t i = 0; i < weights.size(); ++i)
    classifier.parameters()[i]->value = weights[i];
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
