#include <contractive/autodiff/jacobian/block.hpp>

#include <contractive/autodiff/jacobian/gram.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>

#include <algorithm>

namespace contractive {
namespace {

// Row k of sample b is 1 at that sample's element k, which lies, by the label, at
// (outer * count + sample) * stride + inner.
template <class T> Array<T> one_hot(const Shape& shape, const Label& label, const Rows& rows) {
  const std::size_t n = shape.elements();
  return Array<T>::make(Shape{rows.count} + shape, [&](T* out) {
    std::fill_n(out, rows.count * n, T(0));
    for (std::size_t k = rows.first; k < rows.first + rows.count; ++k, out += n)
      for (std::size_t b = 0; b < label.count; ++b)
        out[(k / label.stride * label.count + b) * label.stride + k % label.stride] = T(1);
  });
}

// dh/dv and dv/du give dh/du: what is left of the structure after one more map. The value v has
// this shape and label.
template <class T> struct Pull {
  const LinearMap<T>& map;
  const Shape &shape, &parent;
  const Label& label;
  const Rows& rows;
  Cost* per_row;

  Block<T> operator()(const IdentityBlock& block) const { return diagonal(block, T(1)); }
  Block<T> operator()(const DiagonalBlock<T>& block) const { return diagonal(block, block.d); }

  Block<T> diagonal(const Block<T>& block, const Variable<T>& d) const {
    const auto& kind = map.kind();
    if (std::holds_alternative<Identity<T>>(kind))
      return block;
    if (std::holds_alternative<Diagonal<T>>(kind) || std::holds_alternative<Select<T>>(kind))
      return DiagonalBlock<T>{map.apply(d)};
    if (std::holds_alternative<Move<T, geometry::Reshape>>(kind) &&
        std::holds_alternative<IdentityBlock>(block))
      return block;
    if (std::holds_alternative<Move<T, geometry::Reshape>>(kind))
      return DiagonalBlock<T>{d.size() == 1 ? reshape(d, {})
                                            : reshape(broadcast_to(d, shape), parent)};
    const auto* product = std::get_if<Product<T>>(&kind);
    if (shared_by_samples(product)) // v = u op(w): row j of J is d_j times column j of op(w)
      return SandwichBlock<T>{d, product->w, T(1), !product->transpose_w};
    return dense(block);
  }

  Block<T> operator()(const SandwichBlock<T>& block) const {
    const auto& kind = map.kind();
    if (std::holds_alternative<Identity<T>>(kind))
      return block;
    if (std::holds_alternative<Diagonal<T>>(kind) || std::holds_alternative<Select<T>>(kind))
      return SandwichBlock<T>{block.d, block.w, map.apply(block.e), block.transpose_w};
    const auto* product = std::get_if<Product<T>>(&kind);
    if (block.e.rank() == 0 && shared_by_samples(product)) { // shared times shared: once for all
      const Variable<T> w =
          matmul(block.w, product->w, Product<T>::flags(block.transpose_w, !product->transpose_w));
      return SandwichBlock<T>{block.d, w, block.e, false};
    }
    return dense(block);
  }

  Block<T> operator()(const DenseBlock<T>& block) const { return dense(block); }

  Block<T> dense(const Block<T>& block) const {
    const bool copies = !std::holds_alternative<Identity<T>>(map.kind()) &&
                        !std::holds_alternative<Move<T, geometry::Reshape>>(map.kind());
    const bool formed = std::holds_alternative<DenseBlock<T>>(block); // else its rows are now
    if (per_row)
      *per_row = *per_row +
                 Cost{products(map, shape), static_cast<double>((formed ? 0 : shape.elements()) +
                                                                (copies ? parent.elements() : 0))};
    const Variable<T> formed_rows = dense_rows(block, shape, label, rows);
    const auto* diagonal = std::get_if<Diagonal<T>>(&map.kind());
    return DenseBlock<T>{diagonal && diagonal->d.shape() == shape
                             ? scale_rows(formed_rows, diagonal->d)
                             : map.transpose().apply(formed_rows)};
  }

  bool shared_by_samples(const Product<T>* product) const {
    return product && product->side == Product<T>::Side::right && !product->transpose_t &&
           product->w.rank() == 2 && shape.rank() == 2 && shape[0] == label.count;
  }
};

template <class T> const Variable<T>* diagonal_of(const Block<T>& block) {
  static const Variable<T> one(T(1));
  if (const auto* diagonal = std::get_if<DiagonalBlock<T>>(&block))
    return &diagonal->d;
  return std::holds_alternative<IdentityBlock>(block) ? &one : nullptr;
}

} // namespace

template <class T>
Variable<T> dense_rows(const Block<T>& block, const Shape& shape, const Label& label,
                       const Rows& rows) {
  if (const auto* dense = std::get_if<DenseBlock<T>>(&block))
    return dense->rows;
  if (const Variable<T>* d = diagonal_of(block)) {
    const Variable<T> hot(one_hot<T>(shape, label, rows));
    return std::holds_alternative<IdentityBlock>(block) ? hot : hot * *d;
  }
  // (K, B, n), rows d_bk w_k e_b
  const auto& [d, matrix, e, transpose_w] = std::get<SandwichBlock<T>>(block);
  const Range range{static_cast<std::ptrdiff_t>(rows.first),
                    static_cast<std::ptrdiff_t>(rows.first + rows.count)};
  const std::size_t s = matrix.shape()[transpose_w ? 1 : 0];
  const Variable<T> w = transpose_w ? transposed(slice(matrix, 1, range)) : slice(matrix, 0, range);
  const Variable<T> columns = slice(broadcast_to(d, {shape[0], s}), 1, range);
  return sandwich(transposed(columns), w, broadcast_to(e, shape));
}

template <class T>
Block<T> sweep_blocks(Path<T>& path, const Segment& segment, const Rows& rows, Cost* per_row) {
  const Span<T> span(path.tape(), {segment.bottom}, {segment.top});
  Slots<T, Block<T>> slots(span);
  Position meeting = segment.bottom; // where the block that was passed on last has arrived
  const auto pass = [&](Position child, std::size_t e, const Block<T>& block) {
    const Position parent = path.tape().parent(e);
    const Position here = segment.forward ? parent : child;
    meeting = segment.forward ? child : parent;
    const LinearMap<T> map = segment.forward ? path.map(e).transpose() : path.map(e);
    return std::visit(
        Pull<T>{map, path.shape(here), path.shape(meeting), path.label(here), rows, per_row},
        block);
  };
  const auto add = [&](const Block<T>& a, const Block<T>& b) -> Block<T> {
    const Variable<T>*left = diagonal_of(a), *right = diagonal_of(b);
    if (left && right)
      return DiagonalBlock<T>{*left + *right};
    const auto *one = std::get_if<SandwichBlock<T>>(&a), *other = std::get_if<SandwichBlock<T>>(&b);
    if (one && other && one->w.value().data() == other->w.value().data() &&
        one->transpose_w == other->transpose_w && one->e.rank() + other->e.rank() == 0)
      return SandwichBlock<T>{one->d * one->e + other->d * other->e, one->w, T(1),
                              one->transpose_w}; // two layers of one matrix
    const auto dense = [&](const Block<T>& block) {
      return dense_rows(block, path.shape(meeting), path.label(meeting), rows);
    };
    return DenseBlock<T>{dense(a) + dense(b)};
  };
  slots[segment.begin()] = Block<T>(IdentityBlock{});
  if (segment.forward)
    sweep_up(path.tape(), span, slots, pass, add);
  else
    sweep_down(path.tape(), span, slots, pass, add,
               [&](Position p) { return p == segment.bottom; });
  return *slots[segment.end()];
}

// clang-format off
using namespace instances;
template Block<float> sweep_blocks(Path<float>&, const Segment&, const Rows&, Cost*); template Block<double> sweep_blocks(Path<double>&, const Segment&, const Rows&, Cost*);
template VF dense_rows(const Block<float>&, const Shape&, const Label&, const Rows&); template VD dense_rows(const Block<double>&, const Shape&, const Label&, const Rows&);

} // namespace contractive
