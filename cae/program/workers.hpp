#pragma once

#include <contractive/nn/training/workers.hpp>

#include <map>
#include <memory>

/// Several processes that work on one command: rank 0 reads options, checks, writes and shows; the
/// others do what it hands out.
namespace contractive::cae::program {

using Workers = std::shared_ptr<nn::Workers>;

/// The processes that mpirun started, or this one alone.
[[nodiscard]] Workers start_workers();
/// How many processor cores each may use, where nothing else is said.
[[nodiscard]] int threads_of(const nn::Workers& workers);
/// "Open MPI 4.1.4", or that there is none.
[[nodiscard]] std::string mpi_version();

/// What is to be done, by its "command", and with what. One without a command ends the others.
using Job = std::map<std::string, std::string>;
/// Gives all others the job of rank 0.
[[nodiscard]] Job shared(nn::Workers& workers, const Job& job = {});
/// Throws Error where OpenBLAS has kernels for another processor than on rank 0: then the last bits
/// of results differ.
void require_same_core(nn::Workers& workers);

/// While it lives, a signal also ends the wait for a process that was lost.
class Interruptible {
public:
  explicit Interruptible(Workers workers);
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

private:
  const Workers workers_;
};

} // namespace contractive::cae::program
