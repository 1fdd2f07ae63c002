#include <contractive/cae/model/terms.hpp>

#include <contractive/autodiff/jacobian/estimate.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/training/call.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {

template <class T> Term<T> contractive_term(double lambda, std::size_t projections) {
  return {"contractive", lambda, true, [projections](const Pass<T>& p) {
            if (projections == 0)
              return jacobian_squared_norm(p.h, p.x);
            EstimateOptions options;
            options.projections = projections;
            options.kind = Projection::rademacher;
            return jacobian_squared_norm_estimate(p.h, p.x, p.random, options);
          }};
}

template <class T> Term<T> reconstruction_term(double lambda) {
  return {"reconstruction_contractive", lambda, true,
          [](const Pass<T>& p) { return jacobian_squared_norm(p.reconstruct(p.x), p.x); }};
}

template <class T> Term<T> curvature_term(double gamma, double sigma, std::size_t draws) {
  const T s = static_cast<T>(sigma);
  return {"curvature", gamma, true, [=](const Pass<T>& p) {
            return s * s * jacobian_difference_norm(p.h, p.x, p.encode, s, draws, p.random);
          }};
}

template <class T> Term<T> hessian_term(double gamma) {
  return {"hessian", gamma, true, [](const Pass<T>& p) { return hessian_squared_norm(p.h, p.x); }};
}

template <class T> Term<T> decay_term(double lambda) {
  return {"decay", lambda, false, [](const Pass<T>& p) {
            Variable<T> total(T(0));
            for (const nn::Parameter<T>* parameter : p.parameters)
              if (parameter->value.rank() >= 2)
                total = total + sum(square(nn::use(*parameter)));
            return total;
          }};
}

template <class T> Term<T> sparse_term(double beta, double rho) {
  if (!(rho > 0 && rho < 1))
    throw Error("sparse: rho ", rho, "; expected between 0 and 1");
  return {"sparse", beta, false, [r = static_cast<T>(rho)](const Pass<T>& p) {
            const auto [low, high] = std::minmax_element(p.h.value().begin(), p.h.value().end());
            if (p.h.size() > 0 && (*low < 0 || *high > 1))
              throw Error("sparse: codes from ", *low, " to ", *high,
                          "; expected them in [0, 1], as a sigmoid gives");
            const Variable<T> q = clip(mean(p.h, 0), T(1e-6), T(1 - 1e-6));
            return sum(r * (std::log(r) - log(q)) + (1 - r) * (std::log(1 - r) - log(T(1) - q)));
          }};
}

template <class T> std::vector<Term<T>> make_terms(const std::string& description) {
  std::vector<Term<T>> terms;
  if (description.empty())
    return terms;
  const auto fail = [&](const std::string& why) {
    return Error("terms '", description, "'", why, "; expected contractive(lambda), ",
                 "contractive(lambda, projections), reconstruction(lambda), ",
                 "curvature(gamma, sigma, draws), hessian(gamma), decay(lambda) or ",
                 "sparse(beta, rho), joined by +");
  };
  for (const std::string& part : nn::split(description, '+'))
    try {
      const nn::Call call = nn::parse_call(part);
      const std::size_t given = call.arguments.size();
      if (call.name == "contractive" && (given == 1 || given == 2))
        terms.push_back(contractive_term<T>(call.number(0), given == 2 ? call.count(1) : 0));
      else if (call.name == "reconstruction" && given == 1)
        terms.push_back(reconstruction_term<T>(call.number(0)));
      else if (call.name == "curvature" && given == 3)
        terms.push_back(curvature_term<T>(call.number(0), call.number(1), call.count(2)));
      else if (call.name == "hessian" && given == 1)
        terms.push_back(hessian_term<T>(call.number(0)));
      else if (call.name == "decay" && given == 1)
        terms.push_back(decay_term<T>(call.number(0)));
      else if (call.name == "sparse" && given == 2)
        terms.push_back(sparse_term<T>(call.number(0), call.number(1)));
      else
        throw Error("'", part, "' is none");
      if (!(terms.back().weight >= 0))
        throw Error(call.name, "'s weight is ", terms.back().weight, ", below 0");
    } catch (const Error& error) {
      throw fail(detail::text(" (", error.what(), ")"));
    }
  return terms;
}

Corruption make_corruption(const std::string& description) {
  using Kind = Corruption::Kind;
  const std::pair<const char*, Kind> kinds[] = {{"masking", Kind::masking},
                                                {"gaussian", Kind::gaussian},
                                                {"salt-and-pepper", Kind::salt_and_pepper}};
  const nn::Call call = nn::parse_call(description);
  if (call.name == "none" && call.arguments.empty())
    return {};
  for (const auto& [name, kind] : kinds)
    if (call.name == name && call.arguments.size() == 1) {
      const double level = call.number(0);
      if (level >= 0 && (kind == Kind::gaussian || level <= 1))
        return {kind, level};
    }
  throw Error("corruption '", description, "'; expected none, masking(probability), ",
              "gaussian(sigma) or salt-and-pepper(probability)");
}

template <class T>
Array<T> corrupted(const Array<T>& x, const Corruption& corruption, Random& random) {
  using Kind = Corruption::Kind;
  if (corruption.kind == Kind::none)
    return x;
  if (corruption.kind == Kind::gaussian)
    return add<T>(x, random.normal<T>(x.shape(), corruption.level)).value();
  return Array<T>::make(x.shape(), [&](T* out) {
    for (const T value : x) {
      if (random.uniform() >= corruption.level)
        *out++ = value;
      else
        *out++ = corruption.kind == Kind::salt_and_pepper && random.uniform() < 0.5 ? T(1) : T(0);
    }
  });
}

// clang-format off
#define CONTRACTIVE_TERMS(T)                                                                      \
  template Term<T> contractive_term(double, std::size_t);                                         \
  template Term<T> reconstruction_term(double);                                                   \
  template Term<T> curvature_term(double, double, std::size_t);                                   \
  template Term<T> hessian_term(double);                                                          \
  template Term<T> decay_term(double);                                                            \
  template Term<T> sparse_term(double, double);                                                   \
  template std::vector<Term<T>> make_terms(const std::string&);                                   \
  template Array<T> corrupted(const Array<T>&, const Corruption&, Random&);
CONTRACTIVE_TERMS(float)
CONTRACTIVE_TERMS(double)

} // namespace contractive::cae
