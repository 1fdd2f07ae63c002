#include "workers.hpp"

#include "interrupt.hpp"

#include <contractive/autodiff/array/error.hpp>
#include <contractive/autodiff/array/threads.hpp>
#ifdef CAE_MPI
#include <contractive/nn/mpi/mpi.hpp>
#endif

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

namespace contractive::cae::program {

#ifdef CAE_MPI
Workers start_workers() {
  if (nn::MpiWorkers::launched())
    return std::make_shared<nn::MpiWorkers>();
  return std::make_shared<nn::Workers>();
}

int threads_of(const nn::Workers& workers) {
  const auto* const mpi = dynamic_cast<const nn::MpiWorkers*>(&workers);
  const int here = mpi ? static_cast<int>(mpi->here()) : 1;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return here == 1 ? thread_count() : std::clamp(cores / here, 1, thread_count());
}

std::string mpi_version() { return nn::MpiWorkers::library(); }

Interruptible::Interruptible(Workers workers) : workers_(std::move(workers)) {
  if (auto* const mpi = dynamic_cast<nn::MpiWorkers*>(workers_.get()))
    mpi->interrupted = Interrupt::asked;
}
Interruptible::~Interruptible() {
  if (auto* const mpi = dynamic_cast<nn::MpiWorkers*>(workers_.get()))
    mpi->interrupted = nullptr;
}
#else
Workers start_workers() { return std::make_shared<nn::Workers>(); }
int threads_of(const nn::Workers& /*workers*/) { return thread_count(); }
std::string mpi_version() { return "without MPI"; }
Interruptible::Interruptible(Workers workers) : workers_(std::move(workers)) {}
Interruptible::~Interruptible() = default;
#endif

Job shared(nn::Workers& workers, const Job& job) {
  std::string text = nlohmann::json(job).dump();
  workers.broadcast(text);
  return nlohmann::json::parse(text).get<Job>();
}

void require_same_core(nn::Workers& workers) {
  std::string core = blas_core();
  workers.broadcast(core);
  if (core != blas_core())
    throw Error(
        "OpenBLAS computes for the processor ", blas_core(), ", on rank 0 for ", core,
        "; expected the same on all machines: set OPENBLAS_CORETYPE to what all of them are");
}

} // namespace contractive::cae::program
