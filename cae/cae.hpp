#pragma once

/// Everything in cae.
#include <contractive/cae/autoencoder.hpp>
#include <contractive/cae/checkpoint.hpp>
#include <contractive/cae/measures.hpp>
#include <contractive/cae/network.hpp>
#include <contractive/cae/picture.hpp>
#include <contractive/cae/pictures.hpp>
#include <contractive/cae/progress.hpp>
#include <contractive/cae/samples.hpp>
#include <contractive/cae/specification.hpp>
#include <contractive/cae/spectrum.hpp>
#include <contractive/cae/stacked.hpp>
#include <contractive/cae/strokes.hpp>
#include <contractive/cae/tangents.hpp>
#include <contractive/cae/terms.hpp>
#include <contractive/cae/trainer.hpp>
#include <contractive/cae/walk.hpp>
