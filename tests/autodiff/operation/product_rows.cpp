#include "autodiff/operation/operations.hpp"

#include <contractive/autodiff/jacobian/gram.hpp>
#include <contractive/autodiff/operation/contract.hpp>

namespace contractive::tests {
namespace {

// c_mn = sum_k a_mk b_kn over broadcast batches; a and b are read transposed where flagged.
Naive product(bool flip_a, bool flip_b) {
  return [=](const std::vector<Tensor>& v) {
    const auto length = [](const Tensor& x, std::size_t from_end) {
      return x.shape()[x.rank() - from_end];
    };
    const std::size_t m = length(v[0], flip_a ? 1 : 2), k = length(v[0], flip_a ? 2 : 1);
    const std::size_t n = length(v[1], flip_b ? 2 : 1);
    const Shape batch = detail::broadcast_shapes("naive", v[0].shape().first(v[0].rank() - 2),
                                                 v[1].shape().first(v[1].rank() - 2));
    return build(batch + Shape{m, n}, [&](const Shape& i) {
      const Shape front = i.first(batch.rank());
      const std::size_t row = i[batch.rank()], column = i[batch.rank() + 1];
      Real sum = 0;
      for (std::size_t j = 0; j < k; ++j)
        sum += at(v[0], front + (flip_a ? Shape{j, row} : Shape{row, j})) *
               at(v[1], front + (flip_b ? Shape{column, j} : Shape{j, column}));
      return sum;
    });
  };
}

// <a_i, (M + M') a_i> for each row a_i of a (..., n).
Tensor row_forms(const std::vector<Tensor>& v) {
  const std::size_t n = v[1].shape()[0];
  return build(v[0].shape().first(v[0].rank() - 1), [&](const Shape& row) {
    Real sum = 0;
    for_each_index({n, n}, [&](const Shape& i) {
      sum += at(v[0], row + Shape{i[0]}) * (at(v[1], i) + at(v[1], {i[1], i[0]})) *
             at(v[0], row + Shape{i[1]});
    });
    return sum;
  });
}

// sum over rows of c_i a_i a_i'
Tensor weighted(const std::vector<Tensor>& v) {
  const std::size_t n = v[0].shape().back();
  return build({n, n}, [&](const Shape& i) {
    Real sum = 0;
    for_each_index(v[1].shape(), [&](const Shape& row) {
      sum += at(v[1], row) * at(v[0], row + Shape{i[0]}) * at(v[0], row + Shape{i[1]});
    });
    return sum;
  });
}

// (oh, ow, kh, kw, c) of a window over x (b, h, w, c): the pixel, or 0 in the padding.
Real pixel(const Tensor& x, std::size_t b, std::size_t y, std::size_t z, std::size_t c,
           std::size_t padding) {
  const bool inside =
      y >= padding && z >= padding && y - padding < x.shape()[1] && z - padding < x.shape()[2];
  return inside ? at(x, {b, y - padding, z - padding, c}) : Real(0);
}

std::size_t windows(std::size_t n, std::size_t k, std::size_t stride, std::size_t padding) {
  return (n + 2 * padding - k) / stride + 1;
}

Naive convolution(std::size_t stride, std::size_t padding) {
  return [=](const std::vector<Tensor>& v) {
    const Shape x = v[0].shape(), w = v[1].shape();
    const Shape out{x[0], windows(x[1], w[0], stride, padding),
                    windows(x[2], w[1], stride, padding), w[3]};
    return build(out, [&](const Shape& i) {
      Real sum = 0;
      for_each_index({w[0], w[1], w[2]}, [&](const Shape& k) {
        sum += pixel(v[0], i[0], i[1] * stride + k[0], i[2] * stride + k[1], k[2], padding) *
               at(v[1], k + Shape{i[3]});
      });
      return sum;
    });
  };
}

Naive transposed_convolution(std::size_t stride) {
  return [=](const std::vector<Tensor>& v) {
    const Shape x = v[0].shape(), w = v[1].shape();
    const Shape out{x[0], (x[1] - 1) * stride + w[0], (x[2] - 1) * stride + w[1], w[2]};
    std::vector<Real> sums(out.elements(), 0);
    for_each_index(x + w.first(3), [&](const Shape& i) { // (b, y, x, o, kh, kw, c)
      const std::size_t row = i[1] * stride + i[4], column = i[2] * stride + i[5];
      sums[((i[0] * out[1] + row) * out[2] + column) * out[3] + i[6]] +=
          at(v[0], i.first(4)) * at(v[1], {i[4], i[5], i[6], i[3]});
    });
    return Tensor(out, sums);
  };
}

Naive pooling(bool largest, std::size_t size, std::size_t stride) {
  return [=](const std::vector<Tensor>& v) {
    const Shape x = v[0].shape();
    return build(
        {x[0], windows(x[1], size, stride, 0), windows(x[2], size, stride, 0), x[3]},
        [&](const Shape& i) {
          Real sum = 0, top = -1e9;
          for_each_index({size, size}, [&](const Shape& k) {
            const Real p = at(v[0], {i[0], i[1] * stride + k[0], i[2] * stride + k[1], i[3]});
            sum += p;
            top = std::max(top, p);
          });
          return largest ? top : sum / static_cast<Real>(size * size);
        });
  };
}

Naive unfolded(std::size_t k, std::size_t stride, std::size_t padding) {
  return [=](const std::vector<Tensor>& v) {
    const Shape x = v[0].shape();
    return build(
        {x[0], windows(x[1], k, stride, padding), windows(x[2], k, stride, padding), k * k * x[3]},
        [&](const Shape& i) {
          const std::size_t c = i[3] % x[3], column = i[3] / x[3] % k, row = i[3] / x[3] / k;
          return pixel(v[0], i[0], i[1] * stride + row, i[2] * stride + column, c, padding);
        });
  };
}

// fold is the transpose of unfold: <fold(p), x> = <p, unfold(x)> for every unit image x.
Naive folded(std::size_t k, std::size_t stride, std::size_t height, std::size_t width) {
  return [=](const std::vector<Tensor>& v) {
    const std::size_t channels = v[0].shape()[3] / (k * k);
    std::vector<Real> sums(v[0].shape()[0] * height * width * channels, 0);
    for_each_index(v[0].shape(), [&](const Shape& i) {
      const std::size_t c = i[3] % channels, column = i[3] / channels % k,
                        row = i[3] / channels / k;
      sums[((i[0] * height + i[1] * stride + row) * width + i[2] * stride + column) * channels +
           c] += at(v[0], i);
    });
    return Tensor({v[0].shape()[0], height, width, channels}, sums);
  };
}

// Rows d_kb w_ki e_bi of d (K, B), w (K, n) and e (B, n), reduced to `to` of (K, B, n).
template <class T>
Variable<T> sandwich(const std::vector<Variable<T>>& v, const std::function<Shape(Shape)>& to) {
  const Shape d = v[0].shape(), w = v[1].shape();
  return detail::sum_of_products<T>(
      {reshape(v[0], d + Shape{1}), reshape(v[1], {w[0], 1, w[1]}), v[2]}, to(d + Shape{w[1]}));
}

// The same by a loop over all elements, with the flagged axes summed.
Naive sandwich_sums(const std::array<bool, 3>& summed) {
  return [=](const std::vector<Tensor>& v) {
    const Shape all{v[0].shape()[0], v[0].shape()[1], v[1].shape()[1]};
    Shape to = all;
    for (std::size_t axis = 0; axis < 3; ++axis)
      to[axis] = summed[axis] ? 1 : all[axis];
    std::vector<Real> sums(to.elements(), 0);
    for_each_index(all, [&](const Shape& i) {
      std::size_t place = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        place = place * to[axis] + (summed[axis] ? 0 : i[axis]);
      sums[place] += at(v[0], {i[0], i[1]}) * at(v[1], {i[0], i[2]}) * at(v[2], {i[1], i[2]});
    });
    return Tensor(to, sums);
  };
}

} // namespace

// clang-format off
std::vector<Row> product_rows() {
  const std::vector<Shapes> plain{{{2, 3}, {3, 4}}, {{1, 1}, {1, 1}}, {{3, 2}, {2, 1}}, {{0, 2}, {2, 3}}, {{2, 0}, {0, 3}},
                                  {{2, 2, 3}, {3, 4}}, {{2, 3}, {4, 3, 2}}, {{2, 2, 3}, {2, 3, 2}}, {{2, 1, 2, 3}, {3, 3, 1}}, {{1, 2, 3}, {2, 3, 2}}};
  const std::vector<Shapes> wrong{{{2, 3}, {2, 3}}, {{3}, {2, 1}}, {{2, 3}, {2}}, {{}, {1, 1}}, {{2, 2, 3}, {3, 3, 2}}};
  return {
  {"matmul",      plain, -1, 1, [](auto& v) { return matmul(v[0], v[1]); }, product(false, false), wrong, {{{70, 40}, {40, 90}}}},
  {"matmul, column", {{{2, 3}, {3}}, {{2, 2, 3}, {3}}, {{0, 2}, {2}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1]); },
     [](auto& v) { const Tensor c = product(false, false)({v[0], v[1].reshaped({v[1].size(), 1})}); return c.reshaped(c.shape().first(c.rank() - 1)); }, {{{2, 3}, {2}}}},
  {"matmul, row", {{{3}, {3, 2}}, {{2}, {2, 2, 3}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1]); },
     [](auto& v) { const Tensor c = product(false, false)({v[0].reshaped({1, v[0].size()}), v[1]}); const Shape s = c.shape(); return c.reshaped(s.first(s.rank() - 2) + s.last(1)); }, {{{2}, {3, 2}}}},
  {"matmul, both rows a b", {{{3}, {3}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1], Transpose::both); },
     [](auto& v) { return product(false, false)({v[0].reshaped({1, 3}), v[1].reshaped({3, 1})}).reshaped({}); }, {{{2}, {3}}}},
  {"matmul a",    {{{3, 2}, {3, 4}}, {{2, 3, 2}, {3, 4}}, {{2, 3, 2}, {2, 3, 1}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1], Transpose::a); }, product(true, false), {{{2, 3}, {3, 2}}}},
  {"matmul b",    {{{2, 3}, {4, 3}}, {{2, 2, 3}, {4, 3}}, {{2, 2, 3}, {2, 1, 3}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1], Transpose::b); }, product(false, true), {{{2, 3}, {3, 2}}}},
  {"dot",         {{{3}, {3}}, {{2, 3}, {3}}, {{2, 1, 2}, {3, 2}}, {{1}, {1}}, {{0}, {0}}, {{2, 0}, {0}}}, -1, 1, [](auto& v) { return dot(v[0], v[1]); },
     [](auto& v) { const Shape all = detail::broadcast_shapes("naive", v[0].shape(), v[1].shape()); return build(all.first(all.rank() - 1), [&](const Shape& i) {
        Real sum = 0; for (std::size_t k = 0; k < all.back(); ++k) sum += at(v[0], i + Shape{k}) * at(v[1], i + Shape{k}); return sum; }); }, {{{3}, {1}}, {{}, {}}, {{2, 3}, {3, 3}}}},
  {"outer",       {{{3}, {2}}, {{2, 3}, {2}}, {{2, 1, 2}, {3, 2}}, {{1}, {1}}, {{0}, {2}}}, -1, 1, [](auto& v) { return outer(v[0], v[1]); },
     [](auto& v) { const Shape a = v[0].shape(), b = v[1].shape(), front = detail::broadcast_shapes("naive", a.first(a.rank() - 1), b.first(b.rank() - 1)); const std::size_t n = front.rank();
        return build(front + Shape{a.back(), b.back()}, [&](const Shape& i) { return at(v[0], i.first(n) + Shape{i[n]}) * at(v[1], i.first(n) + Shape{i[n + 1]}); }); }, {{{}, {2}}, {{2, 2}, {3, 2}}}},
  {"gram rows",   {{{2, 3, 4}}, {{1, 1, 1}}, {{3, 2, 1}}}, -1, 1, [](auto& v) { return gram(v[0], GramOf::rows); },
     [](auto& v) { return product(false, true)({v[0], v[0]}); }, {{{}}}},
  {"gram columns", {{{2, 3, 4}}, {{1, 1, 1}}, {{3, 2, 1}}}, -1, 1, [](auto& v) { return gram(v[0], GramOf::columns); },
     [](auto& v) { return product(true, false)({v[0], v[0]}); }, {{{}}}},
  {"row_dot_symmetric", {{{2, 3}, {3, 3}}, {{2, 2, 3}, {3, 3}}, {{1, 1}, {1, 1}}}, -1, 1, [](auto& v) { return row_dot_symmetric(v[0], v[1] + transposed(v[1])); }, row_forms, {{{2, 3}, {2, 2}}}, {{{700, 9}, {9, 9}}}},
  {"scale_rows",  {{{2, 3, 4}, {3, 4}}, {{3, 2, 2}, {2}}, {{1, 1}, {1}}, {{2, 3}, {2, 3}}, {{0, 2}, {2}}, {{70, 2}, {2}}}, -1, 1, [](auto& v) { return detail::sum_of_products(v, v[0].shape()); },
     [](auto& v) { return build(v[0].shape(), [&](const Shape& i) { return at(v[0], i) * at(v[1], i); }); }, {{{2, 3}, {2}}}, {{{700, 50}, {50}}, {{30, 40, 30}, {40, 30}}}},
  {"sandwich",    {{{3, 2}, {3, 4}, {2, 4}}, {{1, 2}, {1, 3}, {2, 3}}, {{2, 1}, {2, 2}, {1, 2}}, {{2, 3}, {2, 0}, {3, 0}}}, -1, 1, [](auto& v) { return sandwich(v, [](Shape all) { return all; }); },
     [](auto& v) { return build({v[0].shape()[0], v[0].shape()[1], v[1].shape()[1]}, [&](const Shape& i) { return at(v[0], {i[0], i[1]}) * at(v[1], {i[0], i[2]}) * at(v[2], {i[1], i[2]}); }); }, {{{3, 2}, {2, 4}, {2, 4}}}, {{{40, 30}, {40, 33}, {30, 33}}}},
  {"sandwich, dots", {{{3, 2}, {3, 4}, {2, 4}}, {{1, 2}, {1, 3}, {2, 3}}, {{2, 3}, {2, 0}, {3, 0}}}, -1, 1, [](auto& v) { return sandwich(v, [](Shape all) { return Shape{all[0], all[1], 1}; }); }, sandwich_sums({false, false, true}), {}, {{{5, 6}, {5, 2100}, {6, 2100}}}},
  {"sandwich, over rows", {{{3, 2}, {3, 4}, {2, 4}}, {{1, 2}, {1, 3}, {2, 3}}}, -1, 1, [](auto& v) { return sandwich(v, [](Shape all) { return Shape{1, all[1], all[2]}; }); }, sandwich_sums({true, false, false}), {}, {{{70, 3}, {70, 300}, {3, 300}}}},
  {"sandwich, outer axes", {{{3, 2}, {3, 4}, {2, 4}}, {{1, 2}, {1, 3}, {2, 3}}}, -1, 1, [](auto& v) { return sandwich(v, [](Shape all) { return Shape{all[0], 1, 1}; }); }, sandwich_sums({false, true, true}), {}, {{{40, 30}, {40, 33}, {30, 33}}}},
  {"sandwich, first and last", {{{3, 2}, {3, 4}, {2, 4}}, {{2, 3}, {2, 0}, {3, 0}}}, -1, 1, [](auto& v) { return sandwich(v, [](Shape all) { return Shape{1, all[1], 1}; }); }, sandwich_sums({true, false, true}), {}, {{{40, 30}, {40, 33}, {30, 33}}}},
  {"sandwich, sum", {{{3, 2}, {3, 4}, {2, 4}}, {{1, 1}, {1, 1}, {1, 1}}}, -1, 1, [](auto& v) { return sandwich(v, [](const Shape&) { return Shape{1, 1, 1}; }); }, sandwich_sums({true, true, true}), {}, {{{10, 7}, {10, 33}, {7, 33}}}},
  {"weighted_gram +", {{{4, 3}, {4}}, {{2, 2, 3}, {2, 2}}, {{1, 1}, {1}}}, 0.5, 1.5, [](auto& v) { return weighted_gram(v[0], v[1]); }, weighted, {{{2, 3}, {5}}}, {{{0, 3}, {0}}, {{3, 0}, {3}}}},
  {"weighted_gram -", {{{4, 3}, {4}}, {{2, 2, 3}, {2, 2}}}, 0.5, 1.5, [](auto& v) { return weighted_gram(v[0], -v[1]); },
     [](auto& v) { const Tensor sum = weighted(v); return build(sum.shape(), [&](const Shape& i) { return -at(sum, i); }); }, {}},
  {"weighted_gram +-", {{{4, 3}, {4}}, {{2, 5, 3}, {2, 5}}}, -1, 1, [](auto& v) { return weighted_gram(v[0], v[1]); }, weighted, {}},
  {"matmul both", {{{3, 2}, {4, 3}}, {{2, 3, 2}, {4, 3}}}, -1, 1, [](auto& v) { return matmul(v[0], v[1], Transpose::both); }, product(true, true), {{{2, 3}, {2, 3}}}},
  };
}

std::vector<Row> image_rows() {
  const std::vector<Shapes> filters{{{2, 5, 6, 2}, {3, 2, 2, 3}}, {{1, 3, 3, 1}, {3, 3, 1, 1}}, {{3, 4, 5, 1}, {1, 3, 1, 2}}};
  // Channels on either side of whole vectors, and more images than parts of the work.
  std::vector<Shapes> many{{{2, 4, 3, 2}, {3, 1, 2, 1}}, {{35, 3, 4, 1}, {2, 2, 1, 3}}, {{16, 3, 3, 2}, {1, 1, 2, 5}}, {{1, 11, 13, 3}, {2, 3, 3, 4}}};
  for (const std::size_t channels : {7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u})
    many.push_back({{2, 4, 5, 3}, {2, 3, 3, channels}});
  const std::vector<Shapes> wrong{{{2, 5, 5, 2}, {3, 3, 3, 1}}, {{5, 5}, {3, 3, 1, 1}}, {{1, 2, 2, 1}, {5, 5, 1, 1}},
                                  {{1, 2, 5, 1}, {3, 1, 1, 1}}, {{1, 5, 2, 1}, {1, 3, 1, 1}}, {{1, 5, 5, 1}, {0, 1, 1, 1}}, {{1, 5, 5, 1}, {1, 0, 1, 1}}};
  const std::vector<Shapes> images{{{2, 5, 6, 2}}, {{1, 4, 4, 1}}, {{3, 3, 4, 2}}};
  return {
  {"unfold",           images, -1, 1,  [](auto& v) { return unfold(v[0], {3, 3, 2, 1}); }, unfolded(3, 2, 1), {{{3, 3}}, {{1, 0, 0, 1}}}},
  {"fold",             {{{2, 2, 2, 8}}, {{1, 2, 2, 4}}}, -1, 1, [](auto& v) { return fold(v[0], {2, 2, 1, 0}, 3, 3); }, folded(2, 1, 3, 3), {{{2, 3, 2, 8}}}},
  {"conv2d",           filters, -1, 1, [](auto& v) { return conv2d(v[0], v[1]); }, convolution(1, 0), wrong, many},
  {"conv2d 2 1",       filters, -1, 1, [](auto& v) { return conv2d(v[0], v[1], 2, 1); }, convolution(2, 1), {{{1, 2, 2, 1}, {5, 5, 1, 1}}}, many},
  {"conv_transpose2d", {{{2, 2, 3, 3}, {3, 2, 2, 3}}, {{1, 1, 1, 1}, {2, 2, 1, 1}}}, -1, 1, [](auto& v) { return conv_transpose2d(v[0], v[1], 2); }, transposed_convolution(2), {{{1, 2, 2, 3}, {2, 2, 3, 2}}, {{5, 5}, {3, 3, 1, 1}}}},
  {"average_pool2d",   images, -1, 1,  [](auto& v) { return average_pool2d(v[0], {2, 2, 1, 0}); }, pooling(false, 2, 1), {{{2, 2}}}},
  {"max_pool2d",       images, -1, 1,  [](auto& v) { return max_pool2d(v[0], {2, 2, 2, 0}); }, pooling(true, 2, 2), {{{1, 1, 1, 1}}}},
  };
}
// clang-format on

} // namespace contractive::tests
