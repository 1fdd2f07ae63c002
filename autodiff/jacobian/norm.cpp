#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/jacobian/block.hpp>
#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/reduce.hpp>

#include <algorithm>

namespace contractive {
namespace {

// (B, ...) -> (B), and (K, B, ...) -> (B)
template <class T> Variable<T> sum_per_sample(const Variable<T>& x, std::size_t samples) {
  return sum(reshape(x, {samples, infer}), 1);
}

// ||dh_b/dx_b||^2 of the block at x, or of its rows.
template <class T> Variable<T> squared_norm(const Block<T>& block, const Shape& h, const Shape& x) {
  const std::size_t samples = x[0];
  if (std::holds_alternative<IdentityBlock>(block))
    return Array<T>::full({samples}, static_cast<T>(x.inner(0)));
  if (const auto* diagonal = std::get_if<DiagonalBlock<T>>(&block))
    return sum_per_sample(broadcast_to(square(diagonal->d), x), samples);
  if (const auto* dense = std::get_if<DenseBlock<T>>(&block)) {
    const std::size_t rows = dense->rows.shape()[0];
    return sum(reshape(square(dense->rows), {rows, samples, x.inner(0)}), {0, 2});
  }
  // ||diag(d) w diag(e)||^2 = sum_j d_j^2 sum_i w_ji^2 e_i^2; without e, Rifai's closed form
  // sum_j d_j^2 ||w_j||^2.
  const auto& [d, w, e, transpose_w] = std::get<SandwichBlock<T>>(block);
  const Variable<T> d2 = broadcast_to(square(d), {samples, h.inner(0)}), w2 = square(w);
  if (e.rank() == 0) {
    const Variable<T> rows = sum(w2, transpose_w ? 0 : 1, true);
    return square(e) * reshape(matmul(d2, transpose_w ? transposed(rows) : rows), {samples});
  }
  const Variable<T> e2 = broadcast_to(square(e), {samples, x.inner(0)});
  return sum(d2 * matmul(e2, w2, transpose_w ? Transpose::none : Transpose::b), 1);
}

// As many rows as fit the budget, when one row has to be kept for every value on the path.
template <class T> std::size_t rows_at_once(const Path<T>& path, const JacobianOptions& options) {
  const std::size_t bytes = path.span().elements(path.tape()) * sizeof(T);
  return std::max<std::size_t>(1, options.memory_budget / std::max<std::size_t>(1, bytes));
}

// Calls `take(block, rows)` for dh/dx: once where it has structure, chunk by chunk where not.
template <class T, class Take>
void for_blocks(Path<T>& path, const JacobianOptions& options, const Take& take) {
  const Shape& h = path.shape(path.to());
  const std::size_t total = h.inner(0), at_once = rows_at_once(path, options);
  for (std::size_t first = 0; first < total; first += at_once) {
    const Rows rows{first, std::min(at_once, total - first)};
    const Block<T> block = sweep_blocks(path, rows);
    take(block, rows);
    if (!std::holds_alternative<DenseBlock<T>>(block))
      return;
  }
}

template <class T>
std::optional<NoRecord<T>> recording(const char* operation, const Variable<T>& h,
                                     const JacobianOptions& options) {
  return options.create_graph
             ? std::optional<NoRecord<T>>{}
             : std::optional<NoRecord<T>>{std::in_place, Tape<T>::home(h, operation)};
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options) {
  const auto quiet = recording("jacobian_squared_norm", h, options);
  Path<T> path("jacobian_squared_norm", h, x);
  Variable<T> total = Array<T>::zeros({x.shape()[0]});
  if (path.connected())
    for_blocks(path, options, [&](const Block<T>& block, const Rows&) {
      total = total + squared_norm(block, h.shape(), x.shape());
    });
  return total;
}

template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options) {
  const auto quiet = recording("batch_jacobian", h, options);
  Path<T> path("batch_jacobian", h, x);
  const std::size_t samples = x.shape()[0], s = h.shape().inner(0), d = x.shape().inner(0);
  if (!path.connected())
    return Array<T>::zeros({samples, s, d});
  std::vector<Variable<T>> parts;
  for_blocks(path, options, [&](const Block<T>& block, const Rows& rows) {
    const bool dense = std::holds_alternative<DenseBlock<T>>(block);
    const Rows wanted = dense ? rows : Rows{0, s};
    const Variable<T> part = dense_rows(block, x.shape(), path.label(path.from()), wanted);
    parts.push_back(reshape(part, {wanted.count, samples, d}));
  });
  return permute(concatenate(parts), {1, 0, 2});
}

// clang-format off
using F = Variable<float>; using D = Variable<double>; using O = JacobianOptions;
template F jacobian_squared_norm(const F&, const F&, const O&);
template D jacobian_squared_norm(const D&, const D&, const O&);
template F batch_jacobian(const F&, const F&, const O&);
template D batch_jacobian(const D&, const D&, const O&);

} // namespace contractive
