#pragma once

/// Everything in nn, and below it in autodiff.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>
#include <contractive/nn/file/lock.hpp>
#include <contractive/nn/file/safetensors.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/layer/attention.hpp>
#include <contractive/nn/layer/conv.hpp>
#include <contractive/nn/layer/dropout.hpp>
#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/linear.hpp>
#include <contractive/nn/layer/module.hpp>
#include <contractive/nn/layer/norm.hpp>
#include <contractive/nn/layer/sequential.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/training/clip.hpp>
#include <contractive/nn/training/loss.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>
