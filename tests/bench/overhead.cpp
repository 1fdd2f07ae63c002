#include "overhead.hpp"

#include "support/random.hpp"

namespace contractive::bench {
namespace {

using Arrays = std::vector<Array<double>>;
using Vs = std::vector<Variable<double>>;

// f at the operands, the first ones tracked, and its gradient in these.
template <class F> Arrays with_gradient(const Arrays& operands, std::size_t tracked, const F& f) {
  Tape<double> tape;
  Vs at;
  for (std::size_t i = 0; i < operands.size(); ++i)
    at.push_back(i < tracked ? tape.variable(operands[i]) : Variable<double>(operands[i]));
  const Variable<double> y = f(at);
  at.resize(tracked);
  Arrays result{y.value()};
  for (const auto& g : gradient<double>({y}, at, CreateGraph::no))
    result.push_back(g.value());
  return result;
}

} // namespace

std::optional<Overhead> find_overhead(const std::string& name) {
  if (name.size() < 3 || name[1] != '@')
    return {};
  const std::size_t times = std::stoul(name.substr(2)), tracked = name[0] == 'T' ? 3 : 1;
  if (name[0] == 'S' || name[0] == 'T') {
    const Arrays operands{0.5, 0.999, 0.001};
    return Overhead{operands, tracked, [=] {
                      return with_gradient(operands, tracked, [times](const Vs& at) {
                        Variable<double> y = at[0];
                        for (std::size_t i = 0; i < times; ++i)
                          y = i % 2 == 0 ? y * at[1] : y + at[2];
                        return y;
                      });
                    }};
  }
  if (name[0] != 'N')
    return {};
  Arrays operands;
  for (const Shape& shape : {Shape{10, 20}, Shape{20}, Shape{20, 10}, Shape{10}, Shape{1, 10}})
    operands.push_back(tests::random_array<double>(shape, 1 + operands.size(), -0.4, 0.4));
  return Overhead{operands, 4, [=] {
                    Arrays result;
                    for (std::size_t i = 0; i < times; ++i)
                      result = with_gradient(operands, 4, [](const Vs& p) {
                        const auto h = tanh(matmul(p[4], p[0]) + p[1]);
                        return sum(square(tanh(matmul(h, p[2]) + p[3])));
                      });
                    return result;
                  }};
}

} // namespace contractive::bench
