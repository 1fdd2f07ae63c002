// What our kernels gain over the same as expressions of xtensor, kernel by kernel.
//   contractive_bench_ground float|double ROUNDS [KERNEL]
// For each kernel, size and number of threads one line of JSON: our seconds, and each way's in
// multiples of ours, a median of rounds in which all take turns; how far the values differ in units
// in the last place (-1: another number), and whether xtensor's bits depend on where memory begins.
#include "ground.hpp"

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/map.hpp>

#include "support/random.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>

namespace {

using namespace contractive;
using ground::Operands;

template <class T> struct Data {
  std::size_t rows, columns;
  Array<T> a, b, row, column, scalar;
  Mask mask;
  Indices positions;

  Data(std::size_t r, std::size_t c)
      : rows(r), columns(c), a(tests::random_array<T>({r, c}, 1)),
        b(tests::random_array<T>({r, c}, 2)), row(tests::random_array<T>({1, c}, 3)),
        column(tests::random_array<T>({r, 1}, 4)), scalar(T(0.7)),
        mask(kernel::combine<bool>(a.shape(), a, b, std::less<T>())),
        positions(Indices::make({r}, [r](std::int64_t* out) {
          for (std::size_t i = 0; i < r; ++i)
            out[i] = static_cast<std::int64_t>(i * 7 % r);
        })) {}
  Operands<T> operands() const {
    return {rows,          columns,       a.data(),    b.data(),        row.data(),
            column.data(), scalar.data(), mask.data(), positions.data()};
  }
};

using Way = std::function<void()>;

/// Units in the last place between two results at most; -1 where it is not a matter of rounding.
template <class Out> double apart(const Array<Out>& x, const Array<Out>& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] != y[i]) {
      if constexpr (std::is_floating_point_v<Out>) {
        const Out unit =
            std::nextafter(std::abs(x[i]), std::numeric_limits<Out>::infinity()) - std::abs(x[i]);
        worst = std::max(worst, static_cast<double>(std::abs(x[i] - y[i]) / unit));
      } else {
        return -1;
      }
    }
  return worst;
}

/// One of our kernels, and what it takes to hold xtensor's form of it against it.
template <class T> struct Kernel {
  const char* name;
  std::function<void(const Data<T>&)> ours;
  std::function<Way(const Data<T>&, const ground::Expression<T>&)> pooled;
  std::function<double(const Data<T>&, const ground::Expression<T>&)> difference;
  std::function<bool(const Data<T>&, const ground::Expression<T>&)> repeats;
};

/// Whether the same operands give the same bits wherever they and the result begin.
template <class Out, class T>
bool repeats(const Data<T>& d, const ground::Expression<T>& theirs, std::size_t size) {
  std::vector<T> a(d.a.size() + 16), b(d.a.size() + 16);
  const auto out = std::make_unique<Out[]>(2 * size + 16);
  theirs.noalias(d.operands(), out.get());
  for (const std::size_t offset : {0, 1, 2, 3, 5, 8, 15}) {
    std::copy(d.a.begin(), d.a.end(), a.data() + offset);
    std::copy(d.b.begin(), d.b.end(), b.data() + offset);
    Operands<T> moved = d.operands();
    moved.a = a.data() + offset;
    moved.b = b.data() + offset;
    theirs.noalias(moved, out.get() + size + offset);
    if (std::memcmp(out.get(), out.get() + size + offset, size * sizeof(Out)) != 0)
      return false;
  }
  return true;
}

template <class T, class F> Kernel<T> kernel_of(const char* name, const F& f) {
  using Out = typename decltype(f(std::declval<Data<T>>()))::value_type;
  const auto pooled = [](const Shape& shape, const auto& operands, const auto& theirs) {
    return Array<Out>::make(shape, [&](Out* out) { theirs.noalias(operands, out); });
  };
  return {name, [f](const Data<T>& d) { static_cast<void>(f(d)); },
          [=](const Data<T>& d, const ground::Expression<T>& theirs) -> Way {
            return [=, shape = f(d).shape(), operands = d.operands(), &theirs] {
              static_cast<void>(pooled(shape, operands, theirs));
            };
          },
          [=](const Data<T>& d, const ground::Expression<T>& theirs) {
            const Array<Out> mine = f(d);
            return apart(mine, pooled(mine.shape(), d.operands(), theirs));
          },
          [f](const Data<T>& d, const ground::Expression<T>& theirs) {
            return repeats<Out>(d, theirs, f(d).size());
          }};
}

template <class T> std::vector<Kernel<T>> kernels() {
  using D = Data<T>;
  using kernel::combine, kernel::map, kernel::move, kernel::sum_of_products;
  const auto plus = [](T x, T y) { return x + y; };
  const auto square = [](auto v) { return v * v; };
  const auto inside = [](const auto& v) { // as exp() of elementwise.cpp
    const T limit = sizeof(T) == 4 ? T(87) : T(708);
    return v >= -limit && v <= limit;
  };
  const auto evens = [](const D& d) {
    return move(geometry::slice(d.a.shape(), 1, Range{{}, {}, 2}), d.a, false);
  };
  const auto both = [](const D& d, std::size_t axis) {
    Shape shape = d.a.shape();
    shape[axis] *= 2;
    return kernel::concatenate<T>(shape, {d.a, d.b}, axis);
  };
  const auto k = [](const char* name, const auto& f) { return kernel_of<T>(name, f); };
  return {
      k("negate", [=](const D& d) { return map(d.a, [](auto v) { return -v; }); }),
      k("square", [=](const D& d) { return map(d.a, square); }),
      k("tanh", [=](const D& d) { return map(d.a, [](auto v) { return tanh(v); }); }),
      k("exp",
        [=](const D& d) {
          return map(
              d.a, [](auto v) { return exp(v); }, inside, [](T v) { return std::exp(v); });
        }),
      k("add", [=](const D& d) { return combine<T>(d.a.shape(), d.a, d.b, plus); }),
      k("times a scalar",
        [=](const D& d) {
          return combine<T>(d.a.shape(), d.a, d.scalar, [](T x, T y) { return x * y; });
        }),
      k("plus a row", [=](const D& d) { return combine<T>(d.a.shape(), d.a, d.row, plus); }),
      k("plus a column", [=](const D& d) { return combine<T>(d.a.shape(), d.a, d.column, plus); }),
      k("less", [=](const D& d) { return combine<bool>(d.a.shape(), d.a, d.b, std::less<T>()); }),
      k("where", [=](const D& d) { return kernel::select(d.a.shape(), d.mask, d.a, d.b); }),
      k("sum",
        [=](const D& d) {
          return sum_of_products<T>({d.a}, {1, 1});
        }),
      k("sum, last axis",
        [=](const D& d) {
          return sum_of_products<T>({d.a}, {d.rows, 1});
        }),
      k("sum, first axis",
        [=](const D& d) {
          return sum_of_products<T>({d.a}, {1, d.columns});
        }),
      k("sum of squares",
        [=](const D& d) {
          return sum_of_products<T>({d.a, d.a}, {1, 1});
        }),
      k("argmax, last axis", [=](const D& d) { return kernel::argmax(d.a, 1); }),
      k("transpose",
        [=](const D& d) { return move(geometry::transpose(d.a.shape()), d.a, false); }),
      k("slice, inner part",
        [=](const D& d) {
          return move(geometry::slice(d.a.shape(), {{1, -1}, {1, -1}}), d.a, false);
        }),
      k("slice, every 2nd column", evens),
      k("square of that slice", [=](const D& d) { return map(evens(d), square); }),
      k("pad by 1",
        [=](const D& d) {
          return move(geometry::pad(d.a.shape(), {{1, 1}, {1, 1}}), d.a, true);
        }),
      k("gather rows",
        [=](const D& d) {
          return move(geometry::gather(d.a.shape(), d.positions, 0), d.a, false);
        }),
      k("concatenate, first axis", [=](const D& d) { return both(d, 0); }),
      k("concatenate, last axis", [=](const D& d) { return both(d, 1); }),
      k("fill", [=](const D& d) { return Array<T>::zeros(d.a.shape()); }),
  };
}

double seconds(const Way& way, std::size_t calls) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < calls; ++i)
    way();
  return std::chrono::duration<double>(Clock::now() - begin).count() / static_cast<double>(calls);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Our median seconds, and the other ways' in multiples of ours in the same round. A way of theirs
/// that takes longer than 50 ms is timed in three rounds.
std::vector<double> in_turn(const std::vector<Way>& ways, std::size_t rounds) {
  std::vector<std::size_t> calls, turns;
  for (const Way& way : ways) { // some 0.3 ms each time
    const double once = std::min(seconds(way, 1), seconds(way, 3));
    calls.push_back(static_cast<std::size_t>(std::clamp(3e-4 / once, 1.0, 3000.0)));
    turns.push_back(turns.size() > 0 && once > 0.05 ? std::min<std::size_t>(rounds, 3) : rounds);
  }
  std::vector<std::vector<double>> times(ways.size());
  for (std::size_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (round >= turns[i])
        continue;
      const double time = seconds(ways[i], calls[i]);
      times[i].push_back(i == 0 ? time : time / times[0][round]);
    }
  std::vector<double> result;
  for (const auto& one : times)
    result.push_back(median(one));
  return result;
}

template <class T> void run(std::size_t rounds, const std::string& only) {
  ground::Expressions<T> plain, simd, threads;
  ground::plain(plain);
  ground::simd(simd);
  ground::threads(threads);
  const std::vector<Kernel<T>> all = kernels<T>();
  for (const auto& [rows, columns] : {std::pair{4, 4}, {128, 1000}, {2048, 2048}}) {
    const Data<T> d(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Kernel<T>& kernel = all[i];
      if (!only.empty() && only != kernel.name)
        continue;
      if (plain[i].kernel != kernel.name)
        throw Error("ground: ", kernel.name, " beside ", plain[i].kernel, "; expected one order");
      double ulps = 0;
      bool repeat = true;
      for (const auto* theirs : {&plain[i], &simd[i], &threads[i]}) {
        const double difference = kernel.difference(d, *theirs);
        ulps = std::min(ulps, difference) < 0 ? -1 : std::max(ulps, difference);
        repeat = repeat && (rows > 1000 || kernel.repeats(d, *theirs));
      }
      for (const int count : {1, 2}) {
        set_threads(count);
        std::vector<Way> ways{[&] { kernel.ours(d); },
                              [&, operands = d.operands()] { simd[i].fresh(operands); },
                              kernel.pooled(d, plain[i]), kernel.pooled(d, simd[i])};
        if (count > 1)
          ways = {ways[0], kernel.pooled(d, threads[i])};
        const std::vector<double> times = in_turn(ways, rounds);
        std::printf("{\"kernel\": \"%s\", \"rows\": %d, \"columns\": %d, \"threads\": %d, "
                    "\"ours\": %.4g, \"ratios\": [",
                    kernel.name, rows, columns, count, times[0]);
        for (std::size_t w = 1; w < times.size(); ++w)
          std::printf("%s%.4g", w > 1 ? ", " : "", times[w]);
        std::printf("], \"ulps\": %.3g, \"repeats\": %s}\n", ulps, repeat ? "true" : "false");
        std::fflush(stdout);
      }
    }
  }
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3 && count != 4) {
    std::fprintf(stderr, "usage: contractive_bench_ground float|double ROUNDS [KERNEL]\n");
    return 1;
  }
  const std::size_t rounds = std::stoul(arguments[2]);
  const std::string only = count > 3 ? arguments[3] : "";
  std::string(arguments[1]) == "double" ? run<double>(rounds, only) : run<float>(rounds, only);
  return 0;
}
