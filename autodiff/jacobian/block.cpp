#include <contractive/autodiff/jacobian/block.hpp>

#include <contractive/autodiff/operation/contract.hpp>
#include <contractive/autodiff/operation/move.hpp>

namespace contractive {
namespace {

template <class Kind, class T> bool is(const LinearMap<T>& map) {
  return std::holds_alternative<Kind>(map.kind());
}

// The number that the map multiplies everything by, if it is one.
template <class T> const Variable<T>* number(const LinearMap<T>& map) {
  const auto* diagonal = std::get_if<Diagonal<T>>(&map.kind());
  return diagonal && diagonal->d.size() == 1 ? &diagonal->d : nullptr;
}

constexpr Form rows_alone{false, false, false, true};

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

// The block at p, row by row: (K, shape).
template <class T>
Variable<T> rows_of(const Path<T>& path, Position p, const Block<T>& block, const Rows& rows) {
  if (block.form.rows)
    return block.rows;
  const Shape& shape = path.shape(p);
  if (!block.form.w) {
    const Variable<T> hot(one_hot<T>(shape, path.label(p), rows));
    return block.form.e ? hot * block.e : hot;
  }
  // (K, B, n), rows d_bk w_k e_b
  const bool across = block.form.transpose_w;
  const Range range{static_cast<std::ptrdiff_t>(rows.first),
                    static_cast<std::ptrdiff_t>(rows.first + rows.count)};
  const Variable<T> w = slice(block.w, across ? 1 : 0, range);
  const std::size_t s = block.w.shape()[across ? 1 : 0];
  std::vector<Variable<T>> factors{reshape(across ? transposed(w) : w, {rows.count, 1, shape[1]})};
  if (block.form.d)
    factors.push_back(reshape(transposed(slice(broadcast_to(block.d, {shape[0], s}), 1, range)),
                              {rows.count, shape[0], 1}));
  if (block.form.e)
    factors.push_back(block.e);
  return detail::sum_of_products(factors, Shape{rows.count} + shape);
}

// The block behind one more map, with the form that is known of it.
template <class T>
Block<T> passed(const Path<T>& path, Position here, Position there, const Block<T>& block,
                const Form& form, const LinearMap<T>& map, const Rows& rows) {
  const auto* product = std::get_if<Product<T>>(&map.kind());
  const auto* diagonal = std::get_if<Diagonal<T>>(&map.kind());
  Block<T> result = block;
  result.form = form;
  if (form.rows) {
    const Variable<T> all = rows_of(path, here, block, rows);
    result.rows = diagonal ? detail::sum_of_products<T>({all, diagonal->d}, all.shape())
                           : map.transpose().apply(all);
  } else if (product && block.form.w) {
    result.w = matmul(block.w, product->w,
                      Product<T>::flags(block.form.transpose_w, !product->transpose_w));
  } else if (product) { // v = u op(w): row j of J is d_j times column j of op(w)
    result = {form, block.e, product->w, T(1), {}};
  } else if (const Variable<T>* factor = number(map); factor && form.w) {
    result.d = block.d * reshape(*factor, {});
  } else if (diagonal && !block.form.e) {
    result.e = diagonal->d;
  } else if (is<Move<T, geometry::Reshape>>(map)) {
    if (form.e)
      result.e = block.e.size() == 1
                     ? reshape(block.e, {})
                     : reshape(broadcast_to(block.e, path.shape(here)), path.shape(there));
  } else {
    result.e = map.apply(block.e);
  }
  return result;
}

} // namespace

template <class T>
Form passed(const Form& form, const LinearMap<T>& map, const void* edge, const Shape& here,
            const Label& label) {
  if (form.rows || is<Identity<T>>(map))
    return form;
  if (is<Move<T, geometry::Reshape>>(map))
    return form.w ? rows_alone : form;
  if (is<Diagonal<T>>(map) || is<Select<T>>(map)) { // one number for all elements, or their own
    Form scaled = form;
    (form.w && number(map) ? scaled.d : scaled.e) = true;
    return scaled;
  }
  const auto* product = std::get_if<Product<T>>(&map.kind());
  const bool shared = product && product->side == Product<T>::Side::right &&
                      !product->transpose_t && product->w.rank() == 2 && here.rank() == 2 &&
                      here[0] == label.count;
  if (!shared || (form.w && form.e))
    return rows_alone;
  if (form.w)
    return {form.d, true, false, false, edge, false};
  return {form.e, true, false, false, product->w.value().data(), !product->transpose_w};
}

Form joined(const Form& a, const Form& b) {
  if (!a.w && !b.w && !a.rows && !b.rows)
    return {false, false, true};
  if (a.w && b.w && !a.e && !b.e && a.matrix == b.matrix && a.transpose_w == b.transpose_w)
    return {true, true, false, false, a.matrix, a.transpose_w}; // two layers of one matrix
  return rows_alone;
}

template <class T>
Block<T> sweep_block(const Path<T>& path, const Segment& segment, const Rows& rows) {
  const auto pass = [&](const LinearMap<T>& map, std::size_t e, Position here, Position there,
                        const Block<T>& block) {
    const Form form = passed(block.form, map, &path.map(e), path.shape(here), path.label(here));
    return passed(path, here, there, block, form, map, rows);
  };
  const auto add = [&](Position there, const Block<T>& a, const Block<T>& b) {
    Block<T> result = a;
    result.form = joined(a.form, b.form);
    const auto all = [&](const Block<T>& one) { return rows_of(path, there, one, rows); };
    if (result.form.rows)
      result = {result.form, T(1), {}, T(1), all(a) + all(b)};
    else if (result.form.w)
      result.d = a.d + b.d;
    else
      result.e = a.e + b.e;
    return result;
  };
  return sweep_segment(path, segment, Block<T>(), pass, add);
}

template <class T>
Variable<T> sweep_rows(const Path<T>& path, const Segment& segment, const Rows& rows) {
  const Variable<T> all = rows_of(path, segment.end(), sweep_block(path, segment, rows), rows);
  return reshape(all, {rows.count, path.label(segment.end()).count, Shape::infer});
}

// clang-format off
using namespace instances;
template Form passed(const Form&, const LinearMap<float>&, const void*, const Shape&, const Label&); template Form passed(const Form&, const LinearMap<double>&, const void*, const Shape&, const Label&);
template Block<float> sweep_block(const Path<float>&, const Segment&, const Rows&); template Block<double> sweep_block(const Path<double>&, const Segment&, const Rows&);
template VF sweep_rows(const Path<float>&, const Segment&, const Rows&); template VD sweep_rows(const Path<double>&, const Segment&, const Rows&);

} // namespace contractive
