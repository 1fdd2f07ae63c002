#include <contractive/cae/measure/walk.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/nn/layer/init.hpp>

#include <cmath>

namespace contractive::cae {

template <class T>
Array<T> walk(const ContractiveAutoencoder<T>& model, const Array<T>& x, std::size_t steps,
              double sigma, Random& random) {
  if (!(sigma >= 0))
    throw Error("walk: sigma ", sigma, "; expected at least 0");
  Array<T> at = x;
  for (std::size_t step = 0; step < steps; ++step) {
    Tape<T> tape; // of its own, for J; dropped after each step
    const Variable<T> in = tape.variable(at, "x");
    const Variable<T> h = model.encode(in);
    const Variable<T> e(random.normal<T>(h.shape(), sigma));
    const Variable<T> along = jvp(h, in, vjp(h, in, e, CreateGraph::no), CreateGraph::no);
    at = model.decode(h.detach() + along).value();
  }
  return at;
}

template <class T>
Array<T> score(const ContractiveAutoencoder<T>& model, const Array<T>& x, double sigma) {
  if (!(sigma > 0))
    throw Error("score: sigma ", sigma, "; expected above 0");
  return ((model.reconstruct(x) - x) * static_cast<T>(1 / (sigma * sigma))).value();
}

template <class T>
Array<T> langevin(const ContractiveAutoencoder<T>& model, const Array<T>& x, std::size_t steps,
                  double step, double sigma, Random& random) {
  if (!(step > 0))
    throw Error("langevin: step ", step, "; expected above 0");
  Variable<T> at = x;
  for (std::size_t i = 0; i < steps; ++i)
    at = at + static_cast<T>(step / 2) * Variable<T>(score(model, at.value(), sigma)) +
         Variable<T>(random.normal<T>(x.shape(), std::sqrt(step)));
  return at.value();
}

// clang-format off
#define CONTRACTIVE_WALKS(T)                                                                      \
  template Array<T> walk(const ContractiveAutoencoder<T>&, const Array<T>&, std::size_t, double,  \
                         Random&);                                                            \
  template Array<T> score(const ContractiveAutoencoder<T>&, const Array<T>&, double);             \
  template Array<T> langevin(const ContractiveAutoencoder<T>&, const Array<T>&, std::size_t,      \
                             double, double, Random&);
CONTRACTIVE_WALKS(float)
CONTRACTIVE_WALKS(double)

} // namespace contractive::cae
