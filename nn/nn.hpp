#pragma once

/// Everything in nn.
#include <contractive/nn/activation.hpp>
#include <contractive/nn/attention.hpp>
#include <contractive/nn/conv.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/dropout.hpp>
#include <contractive/nn/file.hpp>
#include <contractive/nn/init.hpp>
#include <contractive/nn/linear.hpp>
#include <contractive/nn/loss.hpp>
#include <contractive/nn/module.hpp>
#include <contractive/nn/norm.hpp>
#include <contractive/nn/optimiser.hpp>
#include <contractive/nn/random.hpp>
#include <contractive/nn/safetensors.hpp>
#include <contractive/nn/schedule.hpp>
#include <contractive/nn/sequential.hpp>
