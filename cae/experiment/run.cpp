#include <contractive/cae/experiment/run.hpp>

#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/training/stacked.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace contractive::cae {
namespace {

using Json = nlohmann::json;

// A file's name for what it depends on.
std::string file_name(const std::string& content) { return nn::hex(nn::fnv1a(content)); }

// What a run depends on; of its settings, those whose keys begin with `prefix`.
std::string identity(const Splits& data, const Settings& settings, std::uint64_t seed,
                     const std::string& prefix) {
  std::string result =
      detail::text(data.training.labels.size(), " ", data.validation.labels.size(), " ",
                   data.test.labels.size(), " of data ", data.fingerprint, ", seed ", seed);
  // Where later keys say what the first edition did, the identity is what it was.
  static const Settings later{{"pretraining.lambda", ""},
                              {"pretraining.patience", "0"},
                              {"pretraining.checkpoint-steps", "0"},
                              {"pretraining.output-bias", "zero"}};
  for (const auto& [key, value] : settings)
    if (key.rfind(prefix, 0) == 0 && key != "pretraining.protocol" && // which others tell
        (later.count(key) == 0 || value != later.at(key)))
      result += detail::text("\n", key, " = ", value);
  return result;
}

// The beginning of the names of its files.
std::string name_of_run(const Splits& data, const Settings& settings, std::uint64_t seed,
                        const std::string& folder) {
  return detail::text(folder, "/runs/", file_name(identity(data, settings, seed, "")));
}

// Where a run's pre-trained model is, in the folder of all.
std::string model_of_run(const Splits& data, const Settings& settings, std::uint64_t seed) {
  return "pretrained/" + file_name(pretraining_of(data, settings, seed));
}

Json to_json(const Measures& m) {
  return {{"reconstruction", m.reconstruction},
          {"floor", m.floor},
          {"norm", m.norm},
          {"squared_norm", m.squared_norm},
          {"squared_entry", m.squared_entry},
          {"low", m.low},
          {"high", m.high}};
}

double number_of(const Json& json) { // NaN is null in JSON
  return json.is_null() ? std::nan("") : json.get<double>();
}

Measures measures_from(const Json& json) {
  const auto at = [&](const char* key) { return number_of(json.at(key)); };
  return {at("reconstruction"), at("floor"), at("norm"), at("squared_norm"),
          at("squared_entry"),  at("low"),   at("high")};
}

Json to_json(const OperatorNorm& norm) {
  return {{"mean", norm.mean}, {"contractions", norm.contractions}};
}

OperatorNorm norm_from(const Json& json) { // null in runs of before there was one
  const auto at = [&](const char* key) { return number_of(json.is_null() ? json : json.at(key)); };
  return {at("mean"), at("contractions")};
}

Json read_json(const std::string& file) {
  try {
    return Json::parse(nn::read_file(file));
  } catch (const Json::exception& error) {
    throw FileError(file, ": not a run's JSON: ", error.what());
  }
}

// All epochs of a training folder, also those before it was resumed.
double seconds_in(const std::string& folder) {
  double sum = 0;
  const auto log = read_log(folder + "/metrics.csv");
  for (const double epoch : log.at("seconds"))
    sum += epoch;
  return sum;
}

// Trains in `folder`, from its checkpoint on if there is one. Returns the seconds of all epochs.
double pretrain(Model<float>& model, const Splits& data, const Settings& settings,
                TrainingOptions options, const std::string& folder, const StageListener& report) {
  if (flag_in(settings, "pretraining.skip"))
    return 0;
  options.folder = folder;
  options.metadata = model.configuration.metadata();
  Observer observer;
  observer.epoch = [&](const EpochReport& epoch) {
    report(detail::text("pre-training, epoch ", epoch.epoch, " of ", options.epochs, ", loss ",
                        epoch.validation.reconstruction, ", |J| ", epoch.validation.norm));
  };
  if (flag_in(settings, "pretraining.stacked")) {
    train_stacked(model, data.training.x, data.validation.x, options, observer);
    double seconds = 0;
    for (std::size_t k = 1; k <= model.configuration.specification.layers().size(); ++k)
      seconds += seconds_in(detail::text(folder, "/layer-", k));
    return seconds;
  }
  const auto autoencoder = model.autoencoder();
  Trainer<float> trainer(autoencoder, data.training.x, data.validation.x, options);
  if (options.centred)
    centre_output(model, data.training.x);
  trainer.resume();
  trainer.run(observer);
  return seconds_in(folder);
}

// The pre-trained model, from the folder or trained now; `notes` are its measures and its time.
Model<float> pretrained(const Splits& data, const Settings& settings, std::uint64_t seed,
                        const std::string& folder, const StageListener& report, Json& notes) {
  Random random(seed);
  Configuration configuration = configuration_of(settings, data.sample);
  configuration.reading = data.reading;
  configuration.range = range_of<float>(data.training.x);
  Model<float> model(configuration, random);
  const std::string own_folder = folder + "/" + model_of_run(data, settings, seed);
  const std::string file = own_folder + "/measures.json",
                    weights = own_folder + "/model.safetensors";
  if (std::filesystem::exists(file)) {
    notes = read_json(file);
    nn::naming(weights, [&] {
      get_weights(nn::read_safetensors<float>(weights), "", model.network.parameters());
    });
    return model;
  }
  nn::make_folder(own_folder);
  nn::remove_leftovers(own_folder);
  const TrainingOptions options = training_of(settings, seed);
  const double seconds = pretrain(model, data, settings, options, own_folder, report);
  const auto autoencoder = model.autoencoder();
  notes = {{"identity", pretraining_of(data, settings, seed)},
           {"measures", to_json(measure(autoencoder, data.validation.x, options.saturation))},
           {"operator_norm",
            to_json(operator_norm(autoencoder, nn::take_first(data.validation.x, 1000)))},
           {"seconds", seconds}};
  save_model(weights, model);
  nn::write_file(file, notes.dump());
  return model;
}

// `checkpoint` is the classifier's.
Json train_run(const Splits& data, const Settings& settings, std::uint64_t seed,
               const std::string& folder, const std::string& checkpoint,
               const StageListener& report) {
  Labelled<float> training = data.training;
  const std::size_t labels = count_in(settings, "classifier.labels");
  const std::size_t tangents = count_in(settings, "classifier.tangents");
  if (labels > training.labels.size())
    throw Error("classifier.labels = ", labels, "; expected at most the ", training.labels.size(),
                " training samples");
  if (labels > 0)
    training = {nn::take(training.x, 0, labels), nn::take(training.labels, 0, labels)};
  Json notes;
  const Model<float> model = pretrained(data, settings, seed, folder, report, notes);
  ClassifierOptions options = classifier_of(settings, seed);
  options.checkpoint = checkpoint;
  Random random(seed + 0x51ed2701); // another stream than the encoder's first weights
  Array<float> directions;
  if (tangents > 0 && options.tangent_weight > 0) {
    report("tangents");
    directions = principal_tangents(model.autoencoder(), training.x, tangents, random).directions;
  }
  Classifier<float> classifier(model.network.encoder, model.network.codes, data.classes, random,
                               flag_in(settings, "classifier.frozen") ? FineTune::no
                                                                      : FineTune::yes);
  double seconds = 0;
  const ClassifierReport best = train_classifier(
      classifier, training, data.validation, options, directions,
      [&](const ClassifierReport& epoch) {
        report(detail::text("classifier, epoch ", epoch.epoch, " of ", options.epochs,
                            ", validation error ", 100 * epoch.validation_error, " %"));
        seconds += epoch.seconds;
      });
  return {{"identity", identity(data, settings, seed, "")},
          {"measures", notes.at("measures")},
          {"operator_norm", notes.value("operator_norm", Json())},
          {"validation_error", best.validation_error},
          {"epoch", best.epoch},
          {"mistakes", classifier.mistakes(data.test)},
          {"pretraining_seconds", notes.at("seconds")},
          {"classifier_seconds", seconds}};
}

} // namespace

std::string pretraining_of(const Splits& data, const Settings& settings, std::uint64_t seed) {
  return identity(data, settings, seed, "pretraining.");
}

bool is_finished(const Splits& data, const Settings& settings, std::uint64_t seed,
                 const std::string& folder) {
  return std::filesystem::exists(name_of_run(data, settings, seed, folder) + ".json");
}

Outcome run(const Splits& data, const Settings& settings, std::uint64_t seed,
            const std::string& folder, const StageListener& report) {
  const std::string name = name_of_run(data, settings, seed, folder);
  const std::string file = name + ".json", checkpoint = name + ".checkpoint.safetensors";
  if (!std::filesystem::exists(file)) {
    nn::make_folder(folder + "/runs");
    nn::write_file(file, train_run(data, settings, seed, folder, checkpoint, report).dump());
    std::filesystem::remove(checkpoint);
  }
  const Json json = read_json(file);
  try {
    return {settings,
            seed,
            measures_from(json.at("measures")),
            json.at("validation_error").get<double>(),
            json.at("epoch").get<std::size_t>(),
            json.at("mistakes").get<std::vector<std::size_t>>(),
            json.at("pretraining_seconds").get<double>(),
            json.at("classifier_seconds").get<double>(),
            norm_from(json.value("operator_norm", Json())),
            model_of_run(data, settings, seed)};
  } catch (const Json::exception& error) {
    throw FileError(file, ": not a finished run: ", error.what());
  }
}

} // namespace contractive::cae
