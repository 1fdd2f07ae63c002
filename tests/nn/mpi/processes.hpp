#pragma once

#include <contractive/nn/mpi/mpi.hpp>

#include <memory>

namespace contractive::tests {

/// Those that run these tests.
const std::shared_ptr<nn::MpiWorkers>& processes();

} // namespace contractive::tests
