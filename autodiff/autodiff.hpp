#pragma once

/// Everything in autodiff but the bridge to xtensor (xtensor.hpp), which costs a compiler a second.
#include <contractive/autodiff/array/storage.hpp>
#include <contractive/autodiff/array/threads.hpp>
#include <contractive/autodiff/derivative/check.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/image.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/autodiff/tape/tape.hpp>
