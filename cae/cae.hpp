#pragma once

/// Everything in cae.
#include <contractive/cae/analysis.hpp>
#include <contractive/cae/autoencoder.hpp>
#include <contractive/cae/chart.hpp>
#include <contractive/cae/checkpoint.hpp>
#include <contractive/cae/classifier.hpp>
#include <contractive/cae/comparison.hpp>
#include <contractive/cae/experiment.hpp>
#include <contractive/cae/measures.hpp>
#include <contractive/cae/network.hpp>
#include <contractive/cae/picture.hpp>
#include <contractive/cae/pictures.hpp>
#include <contractive/cae/progress.hpp>
#include <contractive/cae/report.hpp>
#include <contractive/cae/samples.hpp>
#include <contractive/cae/specification.hpp>
#include <contractive/cae/spectrum.hpp>
#include <contractive/cae/splits.hpp>
#include <contractive/cae/stacked.hpp>
#include <contractive/cae/statistics.hpp>
#include <contractive/cae/strokes.hpp>
#include <contractive/cae/table.hpp>
#include <contractive/cae/tangents.hpp>
#include <contractive/cae/terms.hpp>
#include <contractive/cae/trainer.hpp>
#include <contractive/cae/walk.hpp>
