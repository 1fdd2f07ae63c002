#include <contractive/cae/model/terms.hpp>

#include <contractive/autodiff/jacobian/estimate.hpp>
#include <contractive/autodiff/jacobian/operator_norm.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {

template <class T> Term<T> contractive_term(double lambda, std::size_t projections) {
  return {"contractive", lambda, true, [projections](const Batch<T>& b) {
            if (projections == 0)
              return jacobian_squared_norm(b.h, b.x);
            EstimateOptions options;
            options.projections = projections;
            options.kind = Projection::rademacher;
            return jacobian_squared_norm_estimate(b.h, b.x, b.random, options);
          }};
}

template <class T> Term<T> operator_norm_term(double lambda, double bound) {
  if (!(bound >= 0))
    throw Error("operator-norm: bound ", bound, "; expected at least 0");
  return {"operator_norm", lambda, true, [most = static_cast<T>(bound)](const Batch<T>& b) {
            // Measured on digits, bound 0.9, against a tolerance of 1e-5. Of an encoder trained
            // with contractive(0.1): sigma errs by 1e-4, the gradient by 4 %. Of one trained with
            // this, whose largest values are close together, by 1 % and 40 % (a cosine of 0.9):
            // another of the near directions is pressed down. A tolerance of 0.02 and no limit
            // would take 2 to 5 times as long, for 17 %.
            OperatorNormOptions options;
            options.tolerance = 0.05;
            options.iterations = 20;
            return square(relu(jacobian_operator_norm(b.h, b.x, options) - most));
          }};
}

template <class T> Term<T> reconstruction_term(double lambda) {
  return {"reconstruction_contractive", lambda, true,
          [](const Batch<T>& b) { return jacobian_squared_norm(b.reconstruct(b.x), b.x); }};
}

template <class T> Term<T> curvature_term(double gamma, double sigma, std::size_t draws) {
  const T s = static_cast<T>(sigma);
  return {"curvature", gamma, true, [=](const Batch<T>& b) {
            return s * s * jacobian_difference_norm(b.h, b.x, b.encode, s, draws, b.random);
          }};
}

template <class T> Term<T> hessian_term(double gamma) {
  return {"hessian", gamma, true, [](const Batch<T>& b) { return hessian_squared_norm(b.h, b.x); }};
}

template <class T> Term<T> decay_term(double lambda) {
  return {"decay", lambda, false,
          [](const Batch<T>& b) {
            Variable<T> total(T(0));
            for (const nn::Parameter<T>& parameter : b.parameters)
              if (parameter.value().rank() >= 2)
                total = total + sum(square(nn::use(parameter)));
            return total;
          },
          TermOf::weights};
}

template <class T> Term<T> sparse_term(double beta, double rho) {
  if (!(rho > 0 && rho < 1))
    throw Error("sparse: rho ", rho, "; expected between 0 and 1");
  return {"sparse", beta, false,
          [r = static_cast<T>(rho)](const Batch<T>& b) {
            const auto [low, high] = std::minmax_element(b.h.value().begin(), b.h.value().end());
            if (b.h.size() > 0 && (*low < 0 || *high > 1))
              throw Error("sparse: codes from ", *low, " to ", *high,
                          "; expected them in [0, 1], as a sigmoid gives");
            const Variable<T> q = clip(mean(b.h, 0), T(1e-6), T(1 - 1e-6));
            return sum(r * (std::log(r) - log(q)) + (1 - r) * (std::log(1 - r) - log(T(1) - q)));
          },
          TermOf::batch};
}

namespace {
constexpr double most_draws = 10000, most_projections = 100000; // each is a product with J

template <class T> using MakeTerm = Term<T> (*)(const nn::Call&);
template <class T> const nn::CallTable<MakeTerm<T>>& known_terms() {
  using nn::Call;
  static const nn::CallTable<MakeTerm<T>> table{
      {"contractive(lambda)", [](const Call& c) { return contractive_term<T>(c.number(0)); }},
      {"contractive(lambda, projections)",
       [](const Call& c) {
         return contractive_term<T>(c.number(0), c.count(1, most_projections));
       }},
      {"operator-norm(lambda, bound)",
       [](const Call& c) { return operator_norm_term<T>(c.number(0), c.number(1)); }},
      {"reconstruction(lambda)", [](const Call& c) { return reconstruction_term<T>(c.number(0)); }},
      {"curvature(gamma, sigma, draws)",
       [](const Call& c) {
         return curvature_term<T>(c.number(0), c.number(1), c.count(2, most_draws));
       }},
      {"hessian(gamma)", [](const Call& c) { return hessian_term<T>(c.number(0)); }},
      {"decay(lambda)", [](const Call& c) { return decay_term<T>(c.number(0)); }},
      {"sparse(beta, rho)",
       [](const Call& c) { return sparse_term<T>(c.number(0), c.number(1)); }}};
  return table;
}

const nn::CallTable<Corruption::Kind>& known_corruptions() {
  static const nn::CallTable<Corruption::Kind> table{
      {"none", Corruption::Kind::none},
      {"masking(probability)", Corruption::Kind::masking},
      {"gaussian(sigma)", Corruption::Kind::gaussian},
      {"salt-and-pepper(probability)", Corruption::Kind::salt_and_pepper}};
  return table;
}
} // namespace

std::string term_signatures() { return known_terms<float>().signatures(); }
std::string corruption_signatures() { return known_corruptions().signatures(); }

template <class T> std::vector<Term<T>> make_terms(const std::string& text) {
  std::vector<Term<T>> terms;
  if (text.empty())
    return terms;
  for (const std::string& part : nn::split(text, '+'))
    try {
      const nn::Call call = nn::parse_call(part);
      const MakeTerm<T>* make = known_terms<T>().find(call);
      if (!make)
        throw Error("'", nn::shown(part), "' is none",
                    nn::did_you_mean(call.name, known_terms<T>().names()));
      terms.push_back((*make)(call));
      if (!(terms.back().weight >= 0))
        throw Error(call.name, "'s weight is ", terms.back().weight, ", below 0");
    } catch (const Error& error) {
      throw Error("terms '", nn::shown(text), "' (", error.what(), "); expected ",
                  term_signatures(), ", joined by +");
    }
  return terms;
}

Corruption make_corruption(const std::string& text) {
  const nn::Call call = nn::parse_call(text);
  if (const Corruption::Kind* kind = known_corruptions().find(call)) {
    const double level = *kind == Corruption::Kind::none ? 0 : call.number(0);
    if (level >= 0 && (*kind == Corruption::Kind::gaussian || level <= 1))
      return {*kind, level};
  }
  throw Error("corruption '", nn::shown(text), "'; ", known_corruptions().expected(call.name));
}

template <class T>
Array<T> corrupted(const Array<T>& x, const Corruption& corruption, const SampleRandom& random) {
  if (corruption.kind == Corruption::Kind::none)
    return x;
  if (corruption.kind == Corruption::Kind::gaussian)
    return add<T>(x, random.normal<T>(x.shape(), corruption.level)).value();
  const bool salt = corruption.kind == Corruption::Kind::salt_and_pepper;
  const std::size_t inner = x.shape().inner(0);
  return Array<T>::make(x.shape(), [&](T* out) {
    random.each(x.shape()[0], [&](std::size_t b, Random& own) {
      std::transform(x.data() + b * inner, x.data() + (b + 1) * inner, out + b * inner, [&](T v) {
        return own.uniform() >= corruption.level ? v : salt && own.uniform() < 0.5 ? T(1) : T(0);
      });
    });
  });
}

// clang-format off
#define CONTRACTIVE_TERMS(T)                                                                      \
  template Term<T> contractive_term(double, std::size_t);                                         \
  template Term<T> operator_norm_term(double, double);                                            \
  template Term<T> reconstruction_term(double);                                                   \
  template Term<T> curvature_term(double, double, std::size_t);                                   \
  template Term<T> hessian_term(double);                                                          \
  template Term<T> decay_term(double);                                                            \
  template Term<T> sparse_term(double, double);                                                   \
  template std::vector<Term<T>> make_terms(const std::string&);                                   \
  template Array<T> corrupted(const Array<T>&, const Corruption&, const SampleRandom&);
CONTRACTIVE_TERMS(float)
CONTRACTIVE_TERMS(double)

} // namespace contractive::cae
