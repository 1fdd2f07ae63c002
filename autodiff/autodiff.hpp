#pragma once

/// Everything in autodiff but the bridge to xtensor (array/xtensor.hpp), which costs a compiler a
/// second.
#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/array/storage.hpp>
#include <contractive/autodiff/array/threads.hpp>
#include <contractive/autodiff/derivative/check.hpp>
#include <contractive/autodiff/derivative/checkpoint.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/estimate.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/jacobian/operator_norm.hpp>
#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/autodiff/operation/dot.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/image.hpp>
#include <contractive/autodiff/operation/linear_algebra.hpp>
#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/record.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/autodiff/tape/tape.hpp>
