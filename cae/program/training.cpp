#include "training.hpp"

#include "interrupt.hpp"

#include <contractive/cae/training/stacked.hpp>
#include <contractive/nn/file/file.hpp>

#include <iostream>

namespace contractive::cae::program {
namespace {

Inputs read(TrainSettings& s, Loss loss, std::vector<std::string>& notes) {
  Inputs result;
  result.reading = s.reading.over({});
  result.reading.memory = s.memory << 20;
  result.reading.image = s.image.empty() ? Shape() : sample_from(s.image);
  const Samples<float> raw = read_samples<float>(s.data, result.reading);
  const std::size_t n = raw.x.count();
  result.sample = shape_of_one(raw.x);
  s.validation = s.validation.value_or(n / 6);
  if (*s.validation >= n)
    throw Error("--validation ", *s.validation, ": ", s.data, " has ", n,
                " samples; expected fewer");
  Scale& scale = result.reading.scale;
  scale = scale.fit(raw.x, n - *s.validation);
  notes = raw.notes;
  const nn::Rows<float> x =
      nn::naming(s.data, [&] { return as_rows(scale.apply(raw.x, raw.bytes, notes)); });
  if (loss == Loss::cross_entropy)
    require_unit_range(x, s.data);
  const std::string checksum = checksum_of(x);
  if (!s.checksum.empty() && s.checksum != checksum)
    throw FileError(s.data, ": not the data that this run began with (checksum ", checksum,
                    "); expected those of checksum ", s.checksum);
  s.checksum = checksum;
  result.training = x.range(0, n - *s.validation);
  result.validation = x.range(n - *s.validation, n);
  return result;
}

Model<float> model_for(TrainSettings& s, const Inputs& data, Loss loss) {
  if (s.encoder.empty())
    s.encoder = detail::text(data.sample.elements(), "-1000:sigmoid");
  Random random(s.training.seed);
  Model<float> model({Specification::parse(s.encoder), data.sample,
                      s.untied ? Decoder::untied : Decoder::tied, s.terms, s.corruption, loss,
                      data.reading, range_of(data.training)},
                     random);
  if (s.output_bias == "mean")
    centre_output(model, data.training);
  return model;
}

} // namespace

TrainRun::TrainRun(const TrainSettings& given, const std::string& folder, const Workers& workers)
    : settings(given), data(read(settings, loss_from(given.loss), notes)),
      loss(loss_from(given.loss)), model(model_for(settings, data, loss)),
      options(settings.training) {
  options.folder = folder;
  options.centred = settings.output_bias == "mean";
  options.saturation = saturation_of(model.configuration.specification);
  options.metadata = model.configuration.metadata();
  options.metadata["settings"] = to_json(settings);
  options.metadata["blas-core"] = blas_core();
  options.parts = settings.parts;
  options.workers = workers;
}

bool TrainRun::run(bool resumed, const std::function<Observer(std::size_t epoch)>& observer) {
  const Interruptible interruptible(options.workers);
  if (settings.stacked) // where each layer resumes by itself
    return train_stacked<float>(model, data.training, data.validation, options, observer(0),
                                [&](std::size_t layer, std::size_t of) {
                                  if (options.workers->first())
                                    std::cerr << "layer " << layer << " of " << of << std::endl;
                                });
  Trainer<float> trainer(model.autoencoder(), data.training, data.validation, options);
  if (resumed)
    trainer.resume();
  return trainer.run(observer(trainer.epoch()));
}

void hand_out(const TrainRun& run, bool resumed) {
  nn::Workers& workers = *run.options.workers;
  static_cast<void>(shared(workers, {{"command", "train"},
                                     {"settings", to_json(run.settings)},
                                     {"folder", run.options.folder},
                                     {"memory", detail::text(run.settings.memory)},
                                     {"resumed", resumed ? "yes" : "no"}}));
  require_same_core(workers);
}

void train_along(const Job& job, const Workers& workers) {
  require_same_core(*workers);
  TrainSettings settings = from_json(job.at("settings"), "rank 0");
  settings.memory = std::stoul(job.at("memory"));
  set_threads(settings.threads);
  TrainRun run(settings, job.at("folder"), workers);
  const Interrupt interrupt;
  run.run(job.at("resumed") == "yes", [](std::size_t /*epoch*/) {
    Observer observer;
    observer.stop = Interrupt::asked;
    return observer;
  });
}

} // namespace contractive::cae::program
