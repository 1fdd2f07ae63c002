#pragma once

#include <contractive/nn/training/workers.hpp>

#include <chrono>

/// The target contractive::mpi: Workers over MPI, where it is installed.
namespace contractive::nn {

/// The processes that mpirun, srun or their kin started; alone, one process. MPI is used by the
/// thread that made this, and by it alone.
class MpiWorkers : public Workers {
public:
  /// Whether this process was started as one of several; asks the environment, not MPI.
  [[nodiscard]] static bool launched();
  /// The library's name and version: "Open MPI 4.1.4".
  [[nodiscard]] static std::string library();

  /// Starts MPI. Throws Error when this process has started it before.
  MpiWorkers();
  /// Ends it, when all others do. A process that fails must say so before: fail().
  ~MpiWorkers() override;

  [[nodiscard]] std::size_t rank() const override { return rank_; }
  [[nodiscard]] std::size_t count() const override { return count_; }
  /// How many of them share this machine.
  [[nodiscard]] std::size_t here() const { return here_; }
  /// Rank 0 reports it and ends the job at once. Others tell rank 0, and wait for the end.
  void fail(const std::string& why) override;
  /// Rank 0 computes in another thread, and hands out in this one.
  void share_out(std::size_t n, const std::function<void(std::size_t)>& task,
                 const std::function<void(std::size_t)>& done) override;

  /// Asked while this process waits for another: once it is true, and nothing has come for 0.3 s
  /// and three times the longest wait before, the other is taken for lost, and this process fails.
  std::function<bool()> interrupted;

protected:
  void send(std::size_t to, const void* data, std::size_t bytes) override;
  void receive(std::size_t from, void* data, std::size_t bytes) override;

private:
  template <class Start> void finish(std::size_t other, const Start& start);
  void hear();
  [[noreturn]] void leave(const std::string& why) const;
  void hand_out(std::size_t n, const std::function<void(std::size_t)>& task,
                const std::function<void(std::size_t)>& done);

  std::size_t rank_ = 0, count_ = 1, here_ = 1;
  std::chrono::duration<double> longest_{0}; // wait
};

} // namespace contractive::nn
