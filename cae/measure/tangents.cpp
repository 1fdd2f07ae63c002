#include <contractive/cae/measure/tangents.hpp>

#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/layer/init.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <xtensor-blas/xlinalg.hpp>

namespace contractive::cae {
namespace {

using Matrix =
    xt::xtensor<double, 2, xt::layout_type::column_major>; // as LAPACK has them: column by column

// Element (i, j) of the row-major `data` (rows, columns) at (j, i): LAPACK's SVD of the transpose.
template <class T> Matrix transposed(const T* data, std::size_t rows, std::size_t columns) {
  Matrix result = Matrix::from_shape({columns, rows});
  std::copy_n(data, rows * columns, result.data());
  return result;
}

// An orthonormal basis of what the rows span: (d, m).
template <class T> Matrix basis(const Array<T>& rows) {
  const Matrix m = transposed(rows.data(), rows.shape()[0], rows.shape()[1]);
  return std::get<0>(xt::linalg::svd(m, false, true));
}

} // namespace

template <class T>
Tangents<T> leading_tangents(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                             std::size_t count) {
  Tape<T> tape;
  const Variable<T> in = tape.variable(x, "x");
  JacobianOptions options;
  options.create_graph = CreateGraph::no;
  const Array<T> jacobian = batch_jacobian(model.encode(in), in, options).value();
  const std::size_t b = jacobian.shape()[0], s = jacobian.shape()[1], d = jacobian.shape()[2];
  if (count > std::min(s, d))
    throw Error("tangents: ", count, " directions of Jacobians (", s, ", ", d,
                "); expected at most ", std::min(s, d));
  std::vector<T> stretch(b * count);
  const Array<T> directions = Array<T>::make({b, count, d}, [&](T* out) {
    for (std::size_t i = 0; i < b; ++i) {
      // J^T = U S V^T: the columns of U are J's right singular vectors.
      const auto svd = xt::linalg::svd(transposed(jacobian.data() + i * s * d, s, d), false, true);
      out = std::copy_n(std::get<0>(svd).data(), count * d, out);
      std::copy_n(std::get<1>(svd).data(), count, stretch.data() + i * count);
    }
  });
  return {directions, Array<T>({b, count}, stretch)};
}

template <class T>
Tangents<T> principal_tangents(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                               std::size_t count, Random& random, std::size_t iterations) {
  constexpr std::size_t more = 5;
  const std::size_t n = x.shape()[0], d = x.size() / std::max<std::size_t>(1, n);
  std::vector<Variable<T>> directions, stretches;
  nn::for_each_batch(x, 100, [&](const Array<T>& batch) {
    const std::size_t b = batch.shape()[0];
    Tape<T> tape;
    const Variable<T> in = tape.variable(batch, "x");
    const Variable<T> h = model.encode(in);
    const std::size_t s = h.size() / b, k = std::min(count + more, std::min(s, d));
    if (count > k || count == 0)
      throw Error("tangents: ", count, " directions of Jacobians (", s, ", ", d,
                  "); expected 1 to ", std::min(s, d));
    const Shape rows{k, b, d};
    Variable<T> block(random.normal<T>(rows, 1));
    std::vector<T> stretch(b * count);
    for (std::size_t i = 0; i <= iterations; ++i) {
      const Variable<T> image = jvp(h, in, reshape(block, Shape{k} + in.shape()), CreateGraph::no);
      const Array<T> next = reshape(vjp(h, in, image, CreateGraph::no), rows).value();
      // The last time, the singular values of J^T J times an orthonormal block are its own.
      block = Array<T>::make(rows, [&](T* out) {
        Matrix columns = Matrix::from_shape({d, k});
        for (std::size_t at = 0; at < b; ++at) {
          for (std::size_t j = 0; j < k; ++j)
            std::copy_n(next.data() + (j * b + at) * d, d, columns.data() + j * d);
          const auto svd = xt::linalg::svd(columns, false, true);
          for (std::size_t j = 0; j < k; ++j)
            std::copy_n(std::get<0>(svd).data() + j * d, d, out + (j * b + at) * d);
          for (std::size_t j = 0; j < count; ++j)
            stretch[at * count + j] = static_cast<T>(std::sqrt(std::get<1>(svd)(j)));
        }
      });
    }
    directions.push_back(
        slice(permute(block, {1, 0, 2}), 1, Range{0, static_cast<std::ptrdiff_t>(count)}));
    stretches.push_back(Variable<T>(Array<T>({b, count}, stretch)));
  });
  if (n == 0)
    return {Array<T>::zeros({0, count, d}), Array<T>::zeros({0, count})};
  return {concatenate(directions).value(), concatenate(stretches).value()};
}

template <class T>
Array<T> local_directions(const Array<T>& x, const Array<T>& data, std::size_t neighbours,
                          std::size_t count) {
  if (x.rank() != 2 || data.rank() != 2 || x.shape()[1] != data.shape()[1])
    throw ShapeError("local_directions: x ", x.shape(), ", data ", data.shape(),
                     "; expected (N, d) and (M, d)");
  const std::size_t n = x.shape()[0], m = data.shape()[0], d = x.shape()[1];
  if (count >= neighbours || neighbours > m)
    throw Error("local_directions: ", count, " directions of ", neighbours, " neighbours in ", m,
                " samples; expected fewer directions than neighbours, and enough samples");
  // ||x - y||^2 without ||x||^2, which is the same for all y
  const Array<T> distances = (sum_of_squares(Variable<T>(data), 1) -
                              T(2) * matmul(Variable<T>(x), Variable<T>(data), Transpose::b))
                                 .value();
  return Array<T>::make({n, count, d}, [&](T* out) {
    std::vector<std::size_t> order(m);
    for (std::size_t i = 0; i < n; ++i) {
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::partial_sort(
          order.begin(), order.begin() + static_cast<std::ptrdiff_t>(neighbours), order.end(),
          [&](std::size_t a, std::size_t b) { return distances(i, a) < distances(i, b); });
      const Variable<T> near =
          nn::take(data, {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(neighbours)});
      const Array<T> centred = (near - mean(near, 0, KeepDims::yes)).value();
      const auto svd = xt::linalg::svd(transposed(centred.data(), neighbours, d), false, true);
      out = std::copy_n(std::get<0>(svd).data(), count * d, out);
    }
  });
}

template <class T> double mean_principal_angle(const Array<T>& a, const Array<T>& b) {
  if (a.rank() != 2 || b.rank() != 2 || a.shape()[1] != b.shape()[1])
    throw ShapeError("mean_principal_angle: a ", a.shape(), ", b ", b.shape(),
                     "; expected (m, d) and (k, d)");
  const Matrix u = basis(a), v = basis(b);
  // Cosines; sines would tell tiny angles better, which nothing here depends on.
  const Matrix product = xt::linalg::dot(xt::transpose(u), v);
  const auto cosines = std::get<1>(xt::linalg::svd(product, false, false));
  double sum = 0;
  for (const double cosine : cosines)
    sum += std::acos(std::clamp(cosine, -1.0, 1.0));
  return sum / static_cast<double>(cosines.size()) * 57.29577951308232;
}

double chance_angle(std::size_t m, std::size_t k, std::size_t d, std::size_t draws) {
  Random random(1);
  double sum = 0;
  for (std::size_t i = 0; i < draws; ++i) {
    const Array<double> a = random.normal<double>({m, d}, 1);
    sum += mean_principal_angle(a, random.normal<double>({k, d}, 1));
  }
  return sum / static_cast<double>(draws);
}

template Tangents<float> leading_tangents(const ContractiveAutoencoder<float>&, const Array<float>&,
                                          std::size_t);
template Tangents<double> leading_tangents(const ContractiveAutoencoder<double>&,
                                           const Array<double>&, std::size_t);
template Tangents<float> principal_tangents(const ContractiveAutoencoder<float>&,
                                            const Array<float>&, std::size_t, Random&, std::size_t);
template Tangents<double> principal_tangents(const ContractiveAutoencoder<double>&,
                                             const Array<double>&, std::size_t, Random&,
                                             std::size_t);
template Array<float> local_directions(const Array<float>&, const Array<float>&, std::size_t,
                                       std::size_t);
template Array<double> local_directions(const Array<double>&, const Array<double>&, std::size_t,
                                        std::size_t);
template double mean_principal_angle(const Array<float>&, const Array<float>&);
template double mean_principal_angle(const Array<double>&, const Array<double>&);

} // namespace contractive::cae
