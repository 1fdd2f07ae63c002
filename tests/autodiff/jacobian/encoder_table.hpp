#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <functional>
#include <string>
#include <vector>

/// The table of encoders: every plan and every kind of block is met by one of them.
namespace contractive::tests {

/// An encoder h = f(x, parameters) on samples of this shape.
struct Encoder {
  using V = Variable<double>;
  using Vs = std::vector<V>;
  std::string name;
  Shape sample;
  std::vector<Shape> parameters;
  std::function<V(const V&, const Vs&)> f;
};

const std::vector<Encoder>& encoders();
/// Three samples for it, and values for its parameters.
Array<double> samples_of(const Encoder& e);
std::vector<Array<double>> parameters_of(const Encoder& e);

} // namespace contractive::tests
