// Two threads at once, for ThreadSanitizer too: everything runs under set_threads(1), because the
// pool's own synchronisation, in a library that is not instrumented, would be taken for races.
#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <atomic>
#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <thread>

namespace contractive::tests {
using V = Variable<double>;

namespace {

// f(0) and f(1) at once, in threads of their own.
void twice(const std::function<void(int)>& f) {
  std::thread one(f, 0), other(f, 1);
  one.join();
  other.join();
}

struct Encoder {
  Array<double> x = random_array<double>({6, 5}, 1), w = random_array<double>({5, 4}, 2),
                u = random_array<double>({4, 3}, 3);

  V operator()(const V& at, const V& first) const {
    return tanh(matmul(sigmoid(matmul(at, first)), V(u)));
  }
};

bool same(const Array<double>& a, const Array<double>& b) {
  return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

} // namespace

TEST_CASE("tapes: one in each of two threads") {
  set_threads(1);
  const Encoder encoder;
  const auto slope = [&] { // of the penalty: derivatives of derivatives
    Tape<double> tape;
    const V x = tape.variable(encoder.x), w = tape.variable(encoder.w);
    const V h = encoder(x, w);
    return gradient(sum(jacobian_squared_norm(h, x)) + sum(square(h)), w).value();
  };
  const Array<double> expected = slope();
  Array<double> found[2];
  twice([&](int i) {
    for (int round = 0; round < 20; ++round)
      found[i] = slope();
  });
  CHECK(same(found[0], expected));
  CHECK(same(found[1], expected));
}

TEST_CASE("tapes: derivatives of one recorded graph, taken in two threads") {
  set_threads(1);
  const Encoder encoder;
  Tape<double> tape;
  const V x = tape.variable(encoder.x), w = tape.variable(encoder.w);
  const V h = encoder(x, w), loss = sum(square(h));
  const auto derivatives = [&] {
    JacobianOptions quiet;
    quiet.create_graph = CreateGraph::no;
    return std::vector<Array<double>>{
        gradient(loss, w, CreateGraph::no).value(),
        vjp(h, x, h.detach(), CreateGraph::no).value(),
        jvp(h, x, x.detach(), CreateGraph::no).value(),
        jacobian_squared_norm(h, x, quiet).value(),
        batch_jacobian(h, x, quiet).value(),
    };
  };
  const auto expected = derivatives();
  const Position size = tape.size();
  std::vector<Array<double>> found[2];
  twice([&](int i) {
    for (int round = 0; round < 20; ++round)
      found[i] = derivatives();
  });
  CHECK(tape.size() == size);
  for (const auto& all : found)
    for (std::size_t k = 0; k < expected.size(); ++k)
      CHECK(same(all[k], expected[k]));
}

TEST_CASE("tapes: what only the tape's own thread may do is refused in another") {
  Tape<double> tape;
  const V x = tape.variable(2.0);
  const V y = square(x);
  const Position size = tape.size();
  std::string recorded, entered, rewound, differentiated;
  double detached = 0, constant = 0;
  std::thread([&] {
    recorded = message<TapeError>([&] { return y * 2.0; });
    entered = message<TapeError>([&] { return tape.variable(1.0); });
    rewound = message<TapeError>([&] { return tape.rewind(0), 0; });
    differentiated = message<TapeError>([&] { return gradient(y, x); });
    detached = (y.detach() * 2.0).item();
    constant = gradient([](const V& v) { return v * v; }, V(3.0)).item(); // a tape of its own
  }).join();
  CHECK(tape.size() == size);
  CHECK(recorded ==
        "multiply: the tape belongs to another thread, the one that made it; expected a "
        "tape of this thread's own, with detach() for what comes from elsewhere, or "
        "nothing recorded: CreateGraph::no");
  CHECK(entered.find("variable: the tape belongs to another thread") == 0);
  CHECK(rewound.find("rewind: the tape belongs to another thread") == 0);
  CHECK(differentiated.find(": the tape belongs to another thread") != std::string::npos);
  CHECK(detached == 8);
  CHECK(constant == 6);
}

TEST_CASE("tapes: one that dies, and the next, while another thread tries a variable of its") {
  set_threads(1);
  for (int round = 0; round < 50; ++round) {
    auto tape = std::make_unique<Tape<double>>();
    const V x = tape->variable(2.0);
    std::atomic<bool> tried{false};
    bool refused = true;
    std::thread other([&tried, &refused, x] {
      for (std::string error; error.find("gone") == std::string::npos; tried = true) {
        error = message<TapeError>([&] { return x * 2.0; });
        refused = refused && (error.find("multiply: the tape belongs to another thread") == 0 ||
                              error.find("multiply: an operand of shape ()") == 0);
      }
    });
    while (!tried)
      std::this_thread::yield();
    tape.reset();
    Tape<double> next; // at once in the place of the other
    const V y = next.variable(3.0);
    CHECK(gradient(square(y), y).item() == 6);
    other.join();
    CHECK(refused);
  }
}

TEST_CASE("tapes: one that is made in one thread and destroyed in another") {
  set_threads(1);
  for (int round = 0; round < 20; ++round) {
    auto tape = std::make_unique<Tape<double>>();
    const V x = tape->variable(2.0);
    std::thread([&] {
      tape.reset();
      Tape<double> own;
      const V y = own.variable(3.0);
      CHECK(Tape<double>::active() == &own);
      CHECK(gradient(square(y), y).item() == 6);
    }).join();
    CHECK(Tape<double>::active() == nullptr);
    CHECK(message<TapeError>([&] { return x * 2.0; }).find("is gone") != std::string::npos);
  }
}

TEST_CASE("pool: the number of threads may be set from any thread") {
  twice([](int) {
    for (int round = 0; round < 200; ++round) {
      set_threads(1);
      CHECK(thread_count() >= 1);
    }
  });
  CHECK(thread_count() == 1);
}

} // namespace contractive::tests
