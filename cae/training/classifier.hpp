#pragma once

#include <contractive/cae/data/samples.hpp>
#include <contractive/cae/training/descent.hpp>
#include <contractive/nn/layer/linear.hpp>

namespace contractive::cae {

/// Whether a classifier's training changes the encoder too.
enum class FineTune { no, yes };

/// A softmax on an encoder's code: p(class | x) = softmax(W f(x) + b).
template <class T> class Classifier {
public:
  /// The encoder gives codes (B, codes) and is shared. Fine-tuned, it is a perceptron that starts
  /// from the encoder; else a linear classifier on codes.
  Classifier(nn::ModulePtr<T> encoder, std::size_t codes, std::size_t classes, Random& random,
             FineTune encoder_too = FineTune::yes);

  /// x (B, ...) -> (B, classes)
  [[nodiscard]] Variable<T> logits(const Variable<T>& x) const { return head_((*encoder_)(x)); }
  /// The classes of x (N, ...), some samples at a time.
  [[nodiscard]] Indices predict(const Array<T>& x) const;
  /// The numbers of those samples that are not given their label.
  [[nodiscard]] std::vector<std::size_t> mistakes(const Labelled<T>& data) const;
  /// Those that training changes.
  [[nodiscard]] const std::vector<nn::Parameter<T>>& parameters() const noexcept {
    return parameters_;
  }

private:
  nn::ModulePtr<T> encoder_;
  nn::Linear<T> head_;
  std::vector<nn::Parameter<T>> parameters_; // those that training changes
};

/// sum_u ||(do/dx) u||^2 for each sample, over its tangents u: tangents (N, m, d), x (N, d) and
/// o (N, ...) recorded from x -> (N), to be differentiated. By one forward product with all of
/// them. Simard et al., NIPS 1991.
template <class T>
[[nodiscard]] Variable<T> tangent_penalty(const Variable<T>& o, const Variable<T>& x,
                                          const Array<T>& tangents);

/// How to train a classifier.
struct ClassifierOptions : DescentOptions {
  ClassifierOptions() { epochs = 50; }
  double tangent_weight = 0; ///< beta, where there are tangents
  std::string checkpoint{};  ///< a file to write after each epoch, and to go on from if it is there
};

/// One epoch of a classifier's training.
struct ClassifierReport {
  std::size_t epoch = 0;       ///< counted from 1
  double loss = 0;             ///< mean over the epoch's batches, with the tangents' part
  double validation_error = 0; ///< the share that is misclassified
  double seconds = 0;          ///< that the epoch took
  bool best = false;           ///< the lowest validation error so far
};

/// Minimises the cross-entropy of the labels, plus beta times the tangent penalty of the class
/// probabilities where `tangents` (N, m, d) holds directions for each training sample: with those
/// of a trained encoder, the manifold tangent classifier (Rifai et al., NIPS 2011). Ends with the
/// weights of the epoch whose validation error was lowest, the first of equals, and returns its
/// report. Throws Error when the loss is no finite number, ShapeError when the data do not fit.
template <class T>
ClassifierReport train_classifier(Classifier<T>& classifier, const Labelled<T>& training,
                                  const Labelled<T>& validation, const ClassifierOptions& options,
                                  const Array<T>& tangents = {},
                                  const std::function<void(const ClassifierReport&)>& epoch = {});

} // namespace contractive::cae
