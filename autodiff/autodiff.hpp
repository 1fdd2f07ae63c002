#pragma once

/// Everything in autodiff but the bridge to xtensor (xtensor.hpp), which costs a compiler a second.
#include <contractive/autodiff/check.hpp>
#include <contractive/autodiff/derivative.hpp>
#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/image.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/product.hpp>
#include <contractive/autodiff/reduce.hpp>
#include <contractive/autodiff/storage.hpp>
#include <contractive/autodiff/tape.hpp>
#include <contractive/autodiff/threads.hpp>
