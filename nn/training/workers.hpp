#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace contractive::nn {

/// What is added up over the parts of a batch: gradients, say, and what is reported.
template <class T> struct Sums {
  std::vector<Array<T>> arrays; ///< gradients, say
  std::vector<double> numbers;  ///< losses, say
};

/// The processes that train one model together, each with a copy of it. This class is the case of
/// one alone; MpiWorkers (nn/mpi) are those that mpirun starts.
///
/// Work is cut into parts, whose number does not depend on that of the processes: each computes
/// whole parts, and these are added in one fixed tree. So the sums are the same, bit for bit, on
/// any number of processes. All of them make the same calls in the same order, with the same
/// arguments.
class Workers {
public:
  Workers() = default;
  virtual ~Workers() = default;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// This process' number, from 0.
  [[nodiscard]] virtual std::size_t rank() const { return 0; }
  /// How many there are.
  [[nodiscard]] virtual std::size_t count() const { return 1; }
  /// Whether this one is rank 0, which alone should write and print.
  [[nodiscard]] bool first() const { return rank() == 0; }

  /// The sum over the parts [p n / P, (p + 1) n / P) of n samples, P = `parts`, the same on all
  /// processes; `part` is called with the two ends, for parts that are not empty. `none` is the sum
  /// of no samples, whose shapes all others have. Throws Error for no parts, ShapeError for a part
  /// of another shape.
  template <class T>
  Sums<T> sum(std::size_t n, std::size_t parts, const Sums<T>& none,
              const std::function<Sums<T>(std::size_t, std::size_t)>& part);

  /// Gives all what rank 0 has.
  void broadcast(std::string& text);

  /// Calls task(i) for i from 0 to n - 1, each on one process, the next for whoever is free. On
  /// rank 0, done(i) follows each that another has finished.
  virtual void share_out(std::size_t n, const std::function<void(std::size_t)>& task,
                         const std::function<void(std::size_t)>& done);

  /// To be called before a process ends because it cannot go on. `why` is reported on rank 0, with
  /// the rank and the machine of another; then the whole job ends, with status 1. One process alone
  /// goes on.
  virtual void fail(const std::string& why) { report(why); }
  /// What rank 0 does with a failure: by default it prints it to standard error.
  std::function<void(const std::string& why)> report = print;

protected:
  /// To standard error.
  static void print(const std::string& why);
  /// Between two processes; messages of one to another arrive in their order.
  virtual void send(std::size_t to, const void* data, std::size_t bytes);
  virtual void receive(std::size_t from, void* data, std::size_t bytes);

private:
  template <class T> struct Tree;
  void broadcast(void* data, std::size_t bytes);
};

} // namespace contractive::nn
