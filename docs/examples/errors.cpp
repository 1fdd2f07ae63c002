// Provokes errors of every type and prints their messages: the program behind how-to/errors.md.
#include <contractive/cae/cae.hpp>

#include <iostream>
#include <thread>

using namespace contractive;

namespace {

using V = Variable<double>;

template <class F> void provoke(const F& f) {
  try {
    static_cast<void>(f());
    std::cout << "no error\n";
  } catch (const ShapeError& error) {
    std::cout << "ShapeError: " << error.what() << "\n";
  } catch (const TapeError& error) {
    std::cout << "TapeError: " << error.what() << "\n";
  } catch (const CouplingError& error) {
    std::cout << "CouplingError: " << error.what() << "\n";
  } catch (const FileError& error) {
    std::cout << "FileError: " << error.what() << "\n";
  } catch (const Error& error) {
    std::cout << "Error: " << error.what() << "\n";
  }
}

void shapes() {
  const V x = Array<double>::ones({128, 784}), w = Array<double>::ones({500, 784});
  provoke([&] { return matmul(x, w); });
  provoke([&] { return x + transposed(x); });
  provoke([&] { return x + Array<double>::ones({128}); });
  provoke([&] { return sum(x, 2); });
  provoke([&] { return x.item(); });
  provoke([&] { return gradient([](const V& v) { return tanh(v); }, V{1, 2}); });
  provoke([&] { return reshape(x, {100, Shape::infer}); });
  provoke([&] { return x[128]; });
  provoke([&] { return max(V(Array<double>::zeros({0, 3})), 0); });
}

void tapes() {
  V kept;
  {
    Tape<double> tape;
    kept = tape.variable(2.0);
  }
  provoke([&] { return kept * 3; });

  Tape<double> tape;
  const V x = tape.variable(2.0), other = tape.variable(3.0), constant = 4.0;
  {
    Tape<double> inner;
    const V y = inner.variable(2.0);
    provoke([&] { return x * y; });
  }
  provoke([&] { return gradient(x.detach() * 2, x); });
  provoke([&] { return gradient(x * x, other); });
  provoke([&] { return gradient(x * constant, constant); });
  const V slope = gradient(x * x * x, x, CreateGraph::no);
  provoke([&] { return gradient(slope, x); });

  const Position before = tape.size();
  const V y = x * x;
  tape.rewind(before);
  provoke([&] { return y + 1; });

  std::thread([&] { provoke([&] { return x + 1; }); }).join();
}

void samples() {
  Tape<double> tape;
  const V x = tape.variable(Array<double>::ones({4, 3}));
  const V centred = x - mean(x, 0);
  provoke([&] { return jacobian_squared_norm(tanh(centred), x); });

  const auto twice = [](const V& t) { return 2 * t; };
  const V own = record("own", (2 * x).value(), wrt(x, twice, twice));
  provoke([&] { return jacobian_squared_norm(own, x); });
  const V free = record("own", (2 * x).value(), wrt(x, twice, twice, 1));
  std::cout << jacobian_squared_norm(free, x).value() << "\n";
}

void values() {
  provoke([] { return cholesky(V{{1, 2}, {2, 1}}); });
  provoke([] { return solve(V{{1, 2}, {2, 4}}, V{1, 1}); });

  Tape<double> tape;
  const V x = tape.variable(Array<double>::ones({50, 100}));
  const V h = tanh(matmul(x, Array<double>::ones({100, 200})));
  JacobianOptions options;
  options.memory_budget = 100 << 20; // 100 MiB
  provoke([&] { return hessian_squared_norm(h, x, options); });

  provoke([] { return cae::Specification::parse("784-1000:sigmod"); });
  provoke([] { return (set_threads(0), 0); });
}

void files() {
  provoke([] { return nn::read_npy<float>("none.npy"); });

  nn::write_npy("cut.npy", Array<float>::ones({10, 3}));
  nn::write_file("cut.npy", nn::read_file("cut.npy").substr(0, 200));
  provoke([] { return nn::read_npy<float>("cut.npy"); });

  nn::write_file("gap.csv", "1,2,3\n4,,6\n");
  provoke([] { return nn::read_numbers<float>("gap.csv"); });

  provoke([] { return (nn::write_file("no/such/folder.txt", ""), 0); });

  nn::write_file("short.safetensors", "ten bytes.");
  provoke([] { return nn::read_safetensors<float>("short.safetensors"); });
}

void not_numbers() {
  Tape<double> tape;
  const V x = tape.variable({0.0, 1.0, 4.0});
  const V y = sum(sqrt(x) * x), slope = gradient(y, x);
  std::cout << y.item() << " " << slope.value() << "\n";
  std::cout << "finite: " << (all_finite(slope.value()) ? "yes" : "no") << "\n";
  const V safe = sum(where(x > 0, sqrt(where(x > 0, x, 1.0)) * x, 0.0));
  std::cout << gradient(safe, x).value() << "\n";
}

} // namespace

int main() {
  shapes();
  tapes();
  samples();
  values();
  files();
  not_numbers();
}
