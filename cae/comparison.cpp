#include <contractive/cae/comparison.hpp>

#include <contractive/autodiff/threads.hpp>
#include <contractive/cae/stacked.hpp>
#include <contractive/cae/tangents.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace contractive::cae {
namespace {

using Json = nlohmann::json;

// FNV-1a: names of folders that are the same on every machine.
std::string hash_of(const std::string& content) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : content)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::ostringstream out;
  out << std::hex << hash;
  return out.str();
}

// What a run, or with "pretraining." its pre-training, depends on, as text.
std::string identity(const Experiment& e, const Settings& settings, std::uint64_t seed,
                     const std::string& prefix) {
  std::string result =
      text(e.data.training, " ", e.data.validation, " ", e.data.test,
                            e.data.pooled ? " pooled" : "", " seed ", seed);
  for (const auto& [key, value] : settings)
    if (key.rfind(prefix, 0) == 0)
      result += text("\n", key, " = ", value);
  return result;
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

Measures measures_from(const Json& json) {
  const auto at = [&](const char* key) { // NaN is null in JSON
    return json.at(key).is_null() ? std::nan("") : json.at(key).get<double>();
  };
  return {at("reconstruction"), at("floor"), at("norm"), at("squared_norm"),
          at("squared_entry"),  at("low"),   at("high")};
}

// A run that has not been done yet, or was.
struct Run {
  const Variant* variant;
  Settings settings;
  std::uint64_t seed;
  Outcome outcome{};
};

class Worker {
public:
  Worker(const Experiment& experiment, const Splits& data, const std::string& folder,
         std::function<void(const std::string&)> report)
      : experiment_(experiment), data_(data), folder_(folder), report_(std::move(report)) {}

  // Runs that share their pre-training.
  void operator()(const std::vector<Run*>& runs, const std::function<void(const Run&)>& finished) {
    for (Run* run : runs) {
      const std::string whole = identity(experiment_, run->settings, run->seed, "");
      const std::string file = text(folder_, "/runs/", hash_of(whole), ".json");
      if (!std::filesystem::exists(file)) {
        const Json json = perform(*run);
        nn::write_file(file, json.dump());
      }
      read(file, *run);
      finished(*run);
    }
  }

private:
  std::string name(const Run& run) const {
    return text(run.variant->name, ", seed ", run.seed);
  }

  void read(const std::string& file, Run& run) const {
    try {
      const Json json = Json::parse(nn::read_file(file));
      run.outcome = {run.settings,
                     run.seed,
                     measures_from(json.at("measures")),
                     json.at("validation_error").get<double>(),
                     json.at("epoch").get<std::size_t>(),
                     json.at("mistakes").get<std::vector<std::size_t>>(),
                     json.at("pretraining_seconds").get<double>(),
                     json.at("classifier_seconds").get<double>()};
    } catch (const Json::exception& error) {
      throw FileError(text(file, ": not a finished run: ", error.what()));
    }
  }

  // The trained model, from the folder or trained now, with what was measured on it.
  Model<float> pretrained(const Run& run, Json& notes) const {
    nn::Random random(run.seed);
    Model<float> model(configuration_of(run.settings, data_.sample), random);
    const std::string what = identity(experiment_, run.settings, run.seed, "pretraining.");
    const std::string place = text(folder_, "/pretrained/", hash_of(what));
    const std::string file = place + "/measures.json";
    const bool skip = flag_in(run.settings, "pretraining.skip");
    if (std::filesystem::exists(file)) {
      notes = Json::parse(nn::read_file(file));
      get_weights(nn::read_safetensors<float>(place + "/model.safetensors"), "",
                  model.network.parameters());
      return model;
    }
    std::filesystem::create_directories(place);
    const auto autoencoder = model.autoencoder();
    TrainingOptions options = training_of(run.settings, run.seed);
    options.folder = place;
    options.metadata = model.configuration.metadata();
    double seconds = 0;
    Observer observer;
    observer.epoch = [&](const EpochReport& epoch) {
      report_(text(name(run), ": pre-training, epoch ", epoch.epoch, " of ", options.epochs,
                   ", loss ", epoch.validation.reconstruction, ", |J| ", epoch.validation.norm));
      seconds += epoch.seconds;
    };
    const Array<float>&x = data_.training.x, &unseen = data_.validation.x;
    if (!skip && flag_in(run.settings, "pretraining.stacked")) {
      train_stacked(model, x, unseen, options, observer);
    } else if (!skip) {
      Trainer<float> trainer(autoencoder, x, unseen, options);
      if (std::filesystem::exists(Trainer<float>::checkpoint_in(place)))
        trainer.restore(nn::read_safetensors<float>(Trainer<float>::checkpoint_in(place)));
      trainer.run(observer);
    }
    notes = {{"identity", what},
             {"measures", to_json(measure(autoencoder, unseen, options.saturation))},
             {"seconds", seconds}};
    save_model(place + "/model.safetensors", model);
    nn::write_file(file, notes.dump());
    return model;
  }

  Json perform(const Run& run) const {
    Json notes;
    Model<float> model = pretrained(run, notes);
    ClassifierOptions options = classifier_of(run.settings, run.seed);
    Labelled<float> training = data_.training;
    const std::size_t labels = count_in(run.settings, "classifier.labels");
    if (labels > training.labels.size())
      throw Error(text("classifier.labels = ", labels, "; expected at most the ",
                       training.labels.size(), " training samples"));
    if (labels > 0)
      training = {nn::take(training.x, 0, labels), nn::take(training.labels, 0, labels)};
    nn::Random random(run.seed + 0x51ed2701);
    const std::size_t tangents = count_in(run.settings, "classifier.tangents");
    Array<float> directions;
    if (tangents > 0 && options.tangent_weight > 0) {
      report_(name(run) + ": tangents");
      directions = principal_tangents(model.autoencoder(), training.x, tangents, random).directions;
    }
    Classifier<float> classifier(*model.network.encoder, model.network.codes, data_.classes, random,
                                 flag_in(run.settings, "classifier.frozen"));
    double seconds = 0;
    const ClassifierReport best = train_classifier(
        classifier, training, data_.validation, options, directions,
        [&](const ClassifierReport& epoch) {
          report_(text(name(run), ": classifier, epoch ", epoch.epoch, " of ", options.epochs,
                       ", validation error ", 100 * epoch.validation_error, " %"));
          seconds += epoch.seconds;
        });
    return {{"identity", identity(experiment_, run.settings, run.seed, "")},
            {"measures", notes.at("measures")},
            {"validation_error", best.validation_error},
            {"epoch", best.epoch},
            {"mistakes", classifier.mistakes(data_.test)},
            {"pretraining_seconds", notes.at("seconds")},
            {"classifier_seconds", seconds}};
  }

  const Experiment& experiment_;
  const Splits& data_;
  const std::string& folder_;
  std::function<void(const std::string&)> report_;
};

// Carries out all runs, those with the same pre-training one after another, others side by side.
class Crew {
public:
  Crew(const Experiment& experiment, const Splits& data, const std::string& folder,
       std::size_t jobs, std::size_t all, const Report& report, const Report& finished)
      : worker_(experiment, data, folder,
                [this](const std::string& what) {
                  const std::lock_guard<std::mutex> lock(mutex_);
                  if (report_)
                    report_(what, done_, all_);
                }),
        experiment_(experiment), jobs_(jobs), all_(all), report_(report), finished_(finished) {}

  void operator()(std::vector<Run>& runs) {
    std::map<std::string, std::vector<Run*>> groups;
    std::vector<std::string> order;
    for (Run& run : runs) {
      const std::string key = identity(experiment_, run.settings, run.seed, "pretraining.");
      if (groups[key].empty())
        order.push_back(key);
      groups[key].push_back(&run);
    }
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(jobs_, order.size()); ++i)
      threads.emplace_back([&] {
        try {
          for (std::size_t k = next++; k < order.size(); k = next++)
            worker_(groups[order[k]], [this](const Run& run) { finish(run); });
        } catch (...) {
          const std::lock_guard<std::mutex> lock(mutex_);
          failure = failure ? failure : std::current_exception();
          next = order.size(); // the others end after what they are at
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    if (failure)
      std::rethrow_exception(failure);
  }

private:
  void finish(const Run& run) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    if (finished_)
      finished_(text(run.variant->name, ", seed ", run.seed, ": validation error ",
                     100 * run.outcome.validation_error, " % in epoch ", run.outcome.epoch,
                     ", |J| ", run.outcome.measures.norm, ", ",
                     std::lround(run.outcome.pretraining_seconds), " + ",
                     std::lround(run.outcome.classifier_seconds), " s"),
                done_, all_);
  }

  std::mutex mutex_;
  Worker worker_;
  const Experiment& experiment_;
  std::size_t jobs_, done_ = 0, all_;
  const Report &report_, &finished_;
};

} // namespace

std::vector<Row> compare(const Experiment& experiment, const Splits& data,
                         const std::string& folder, std::size_t jobs, const Report& report,
                         const Report& finished) {
  std::filesystem::create_directories(folder + "/runs");
  if (jobs > 1)
    set_threads(1);
  std::vector<Run> first;
  for (const Variant& variant : experiment.variants)
    for (const Settings& candidate : variant.candidates)
      first.push_back({&variant, candidate, experiment.seeds[0]});
  Crew crew(experiment, data, folder, std::max<std::size_t>(1, jobs),
            first.size() + experiment.variants.size() * (experiment.seeds.size() - 1), report,
            finished);
  crew(first);

  std::vector<Row> rows;
  std::vector<Run> rest;
  std::size_t at = 0;
  for (const Variant& variant : experiment.variants) {
    Row row{variant.name, {}, {}};
    for (std::size_t i = 0; i < variant.candidates.size(); ++i)
      row.tried.push_back(first[at++].outcome);
    row.chosen.push_back(*std::min_element(row.tried.begin(), row.tried.end(),
                                           [](const Outcome& a, const Outcome& b) {
                                             return a.validation_error < b.validation_error;
                                           }));
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      rest.push_back({&variant, row.chosen[0].settings, experiment.seeds[k]});
    rows.push_back(row);
  }
  crew(rest);
  at = 0;
  for (Row& row : rows)
    for (std::size_t k = 1; k < experiment.seeds.size(); ++k)
      row.chosen.push_back(rest[at++].outcome);
  return rows;
}

} // namespace contractive::cae
