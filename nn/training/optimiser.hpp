#pragma once

#include <contractive/nn/layer/module.hpp>

#include <map>

namespace contractive::nn {

/// Replaces parameters' values by better ones. What it remembers from step to step belongs to the
/// parameters themselves, whatever their names; state() names it, so that a checkpoint can hold it.
/// Formulas are PyTorch's.
template <class T> class Optimiser {
public:
  /// Arrays by name.
  using State = std::map<std::string, Array<T>>;

  virtual ~Optimiser() = default;
  /// One step, wholly or, where it throws, not at all. Throws ShapeError when a gradient or what is
  /// remembered does not fit its parameter, Error when a parameter is listed twice.
  void step(const std::vector<Parameter<T>>& parameters, const std::vector<Variable<T>>& gradients);
  /// The number of steps taken, and each parameter's moments ("0.weight/0"). Throws Error when two
  /// parameters have the same name: one's would be lost.
  [[nodiscard]] State state() const;
  /// Finds the moments by the parameters' names. Throws ShapeError when one does not fit, Error
  /// when two parameters have the same name or the state is of others, or of another kind of
  /// optimiser.
  void restore(const State& state, const std::vector<Parameter<T>>& parameters);

  double learning_rate; ///< of the next step; may be changed between steps

protected:
  /// Each parameter has this many moments, which start at 0.
  Optimiser(double rate, std::size_t moments) : learning_rate(rate), count_(moments) {}

  /// Some elements, one after another: weights, gradients and moments in, new weights and moments
  /// out, which overlap nothing else. Moment m of element i is moments[m][i].
  struct Update {
    std::size_t size;    ///< how many elements
    double step;         ///< counted from 1
    const T* weight;     ///< before the step
    const T* gradient;   ///< of the loss in them
    const T* moments[2]; ///< before the step, as many as there are
    T* new_weight;       ///< to be written
    T* new_moments[2];   ///< to be written
  };
  /// Called from several threads at once.
  virtual void update(const Update& u) const = 0;

private:
  struct Memory {
    Parameter<T> parameter; // held, so that its identity stays its own
    std::vector<Array<T>> moments;
  };
  using Memories = std::map<const void*, Memory>; // by the parameters' identities
  void require_fit(const std::vector<Parameter<T>>& parameters,
                   const std::vector<Variable<T>>& gradients) const;
  std::vector<Array<T>>& moments_of(const Parameter<T>& parameter);

  std::size_t count_, steps_ = 0;
  Memories memories_;
};

/// Whether the gradient is taken where the weights are or where momentum takes them.
enum class Momentum { classical, nesterov };

/// Gradient descent: v = momentum v + g, w -= rate v; with Nesterov's look ahead, w -= rate (g +
/// momentum v). Sutskever et al. 2013. `decay` adds decay w to the gradient.
template <class T> class SGD : public Optimiser<T> {
public:
  /// The base rate, momentum in [0, 1), its kind, and the weight decay.
  explicit SGD(double rate, double momentum = 0, Momentum kind = Momentum::classical,
               double decay = 0)
      : Optimiser<T>(rate, momentum == 0 ? 0 : 1), momentum_(momentum), decay_(decay), kind_(kind) {
  }

private:
  void update(const typename Optimiser<T>::Update& u) const override;
  double momentum_, decay_;
  Momentum kind_;
};

/// Whether weight decay goes through the gradient, and so through the moments, or past them.
enum class WeightDecay { in_gradient, decoupled };

/// Adam: m and v are running means of g and g^2; w -= rate m^ / (sqrt(v^) + epsilon), both
/// corrected for their start at 0. Kingma, Ba 2015. With decoupled decay, it is AdamW: w -= rate
/// decay w apart from the gradient. Loshchilov, Hutter 2019.
template <class T> class Adam : public Optimiser<T> {
public:
  /// The base rate, the weight decay and its kind, the running means' factors, and epsilon.
  explicit Adam(double rate, double decay = 0, WeightDecay kind = WeightDecay::in_gradient,
                double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
      : Optimiser<T>(rate, 2), decay_(decay), beta1_(beta1), beta2_(beta2), epsilon_(epsilon),
        kind_(kind) {}

private:
  void update(const typename Optimiser<T>::Update& u) const override;
  double decay_, beta1_, beta2_, epsilon_;
  WeightDecay kind_;
};

/// RMSprop: v is a running mean of g^2; w -= rate g / (sqrt(v) + epsilon). Hinton's lecture 6e,
/// 2012.
template <class T> class RMSprop : public Optimiser<T> {
public:
  /// The base rate, the running mean's factor alpha, and epsilon.
  explicit RMSprop(double rate, double alpha = 0.99, double epsilon = 1e-8)
      : Optimiser<T>(rate, 1), alpha_(alpha), epsilon_(epsilon) {}

private:
  void update(const typename Optimiser<T>::Update& u) const override;
  double alpha_, epsilon_;
};

/// By one of optimiser_names(), with momentum 0.9 and, for adamw, decay 0.01. Throws Error, listing
/// the names, for another.
template <class T>
std::unique_ptr<Optimiser<T>> make_optimiser(const std::string& name, double rate);
/// All that make_optimiser() knows, as one text for errors and help.
[[nodiscard]] std::string optimiser_names();

} // namespace contractive::nn
