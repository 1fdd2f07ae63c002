#define DOCTEST_CONFIG_IMPLEMENT
#include "nn/mpi/processes.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {
std::shared_ptr<nn::MpiWorkers> started;
} // namespace

const std::shared_ptr<nn::MpiWorkers>& processes() { return started; }
} // namespace contractive::tests

// Started by mpirun: each process runs all cases, in the same order.
int main(int count, char** arguments) {
  contractive::tests::started = std::make_shared<contractive::nn::MpiWorkers>();
  doctest::Context context(count, arguments);
  const int status = context.run();
  if (status != 0)
    contractive::tests::started->fail("a test has failed");
  contractive::tests::started = nullptr;
  return status;
}
