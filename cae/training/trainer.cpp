#include <contractive/cae/training/trainer.hpp>

#include <contractive/cae/model/model.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace contractive::cae {
namespace {

template <class T> std::string log_header(const std::vector<Term<T>>& terms) {
  std::string header = "epoch,train_reconstruction,";
  for (const Term<T>& term : terms)
    header += "train_" + term.name + ",";
  return header + "reconstruction,reconstruction_above_floor,jacobian_norm,"
                  "jacobian_squared_norm,mean_squared_entry,saturation_low,saturation_high,"
                  "learning_rate,seconds\n";
}

std::string log_line(const EpochReport& r, double rate) {
  const Measures& v = r.validation;
  std::string line = detail::text(r.epoch, ",", nn::exact(r.reconstruction), ",");
  for (const double term : r.terms)
    line += nn::exact(term) + ",";
  return line +
         nn::csv_row(v.reconstruction, v.reconstruction - v.floor, v.norm, v.squared_norm,
                     v.squared_entry, v.low, v.high, rate, r.seconds) +
         "\n";
}

// Samples that stand in for missing validation samples.
template <class T> Array<T> or_first_of(const Array<T>& validation, const Array<T>& training) {
  constexpr std::size_t most = 10000;
  if (validation.size() > 0)
    return validation;
  return nn::take_first(training, most);
}

// Other streams of random numbers than the one that the weights start from.
constexpr std::uint64_t shuffle_stream = 0x9e3779b97f4a7c15, draw_stream = 0xbf58476d1ce4e5b9;

} // namespace

std::map<std::string, std::string> protocol(const std::string& name) {
  if (name != "rifai2011")
    throw Error("protocol '", name, "'; expected rifai2011");
  return {{"optimiser", "sgd"},   {"learning-rate", "0.1"}, {"schedule", "constant"},
          {"batch", "50"},        {"epochs", "40"},         {"loss", "cross-entropy"},
          {"output-bias", "zero"}};
}

template <class T>
Trainer<T>::Trainer(ContractiveAutoencoder<T> model, Array<T> training, Array<T> validation,
                    TrainingOptions options)
    : model_(std::move(model)), training_(std::move(training)),
      validation_(or_first_of(validation, training_)), options_(std::move(options)),
      descent_("training", options_, model_.parameters(), training_.shape()[0],
               options_.seed + shuffle_stream),
      random_(options_.seed + draw_stream), terms_(model_.terms().size(), 0.0),
      log_(log_header(model_.terms())) {}

template <class T> std::string Trainer<T>::checkpoint_in(const std::string& folder) {
  return folder + "/checkpoint.safetensors";
}

template <class T> void Trainer<T>::step(const std::vector<std::size_t>& numbers) {
  const Tape<T> tape;
  const Objective<T> objective = model_.objective(nn::take(training_, numbers), random_);
  descent_.step(objective.total);
  ++step_;
  reconstruction_ += objective.reconstruction;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    terms_[i] += objective.terms[i];
}

template <class T> double Trainer<T>::mean_objective(double steps) const {
  double total = reconstruction_;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    total += model_.terms()[i].weight * terms_[i];
  return total / steps;
}

// What is minimised, on the validation samples; with the same draws each time.
template <class T> double Trainer<T>::validation_objective() const {
  Random random(options_.seed);
  double total = 0;
  nn::for_each_batch(validation_, options_.batch, [&](const Array<T>& batch) {
    const Tape<T> tape;
    const auto objective = model_.objective(batch, random);
    total += static_cast<double>(objective.total.item()) * static_cast<double>(batch.shape()[0]);
  });
  return total / static_cast<double>(validation_.shape()[0]);
}

template <class T> EpochReport Trainer<T>::finish_epoch() {
  const double seconds = descent_.seconds(),
               steps = static_cast<double>(descent_.batches.per_epoch());
  EpochReport report{descent_.epoch + 1, reconstruction_ / steps, terms_, {}, seconds, false};
  for (double& term : report.terms)
    term /= steps;
  report.validation = measure(model_, validation_, options_.saturation);
  report.best = descent_.end_epoch(validation_objective());
  reconstruction_ = 0;
  std::fill(terms_.begin(), terms_.end(), 0.0);
  log_ += log_line(report, descent_.learning_rate());
  return report;
}

template <class T> bool Trainer<T>::run(const Observer& observer) {
  const auto waited = [&] {
    return options_.patience > 0 && descent_.epoch >= descent_.best_epoch + options_.patience;
  };
  write_log();
  while (descent_.epoch < options_.epochs && !waited()) {
    const bool over = descent_.run_epoch([&](const std::vector<std::size_t>& numbers) {
      step(numbers);
      const bool stop = observer.stop && observer.stop();
      if (stop || (options_.checkpoint_steps > 0 && step_ % options_.checkpoint_steps == 0))
        write_checkpoint();
      const nn::Batches& batches = descent_.batches;
      if (observer.step)
        observer.step(batches.position(), batches.per_epoch(),
                      mean_objective(static_cast<double>(batches.position())));
      return !stop;
    });
    if (!over)
      return false;
    const EpochReport report = finish_epoch();
    write_checkpoint();
    write_log();
    if (observer.epoch)
      observer.epoch(report);
  }
  if (options_.patience > 0)
    descent_.restore_best_weights();
  return true;
}

template <class T> void Trainer<T>::write_checkpoint() const {
  if (!options_.folder.empty())
    nn::write_safetensors(checkpoint_in(options_.folder), state());
}

template <class T> void Trainer<T>::write_log() const {
  if (!options_.folder.empty())
    nn::write_file(options_.folder + "/metrics.csv", log_);
}

template <class T> nn::Tensors<T> Trainer<T>::state() const {
  nn::Tensors<T> result;
  result.metadata = options_.metadata;
  descent_.put(result, options_.patience > 0);
  auto training = nlohmann::json::parse(result.metadata["training"]);
  training["step"] = step_;
  training["reconstruction"] = reconstruction_;
  training["terms"] = terms_;
  result.metadata["training"] = training.dump();
  result.metadata["draws"] = random_.state();
  result.metadata["log"] = log_;
  return result;
}

template <class T> void Trainer<T>::restore(const nn::Tensors<T>& state) {
  descent_.get(state, options_.patience > 0);
  try {
    const auto training = nlohmann::json::parse(state.metadata.at("training"));
    step_ = training.at("step").template get_ref<const nlohmann::json::number_unsigned_t&>();
    training.at("reconstruction").get_to(reconstruction_);
    std::vector<double> terms;
    training.at("terms").get_to(terms);
    if (terms.size() != terms_.size())
      throw FileError("checkpoint: ", terms.size(), " terms; expected ", terms_.size());
    terms_ = terms;
    random_.restore(state.metadata.at("draws"));
    log_ = state.metadata.at("log");
  } catch (const std::out_of_range&) {
    throw FileError("checkpoint: no training of this kind; expected that of an auto-encoder");
  } catch (const nlohmann::json::exception& error) {
    throw FileError("checkpoint: the training's state is not readable: ", error.what());
  }
  const nn::Batches& batches = descent_.batches;
  if (step_ != descent_.epoch * batches.per_epoch() + batches.position())
    throw FileError("checkpoint: step ", step_, " in epoch ", descent_.epoch + 1,
                    "; expected counters that agree");
}

std::map<std::string, std::vector<double>> read_log(const std::string& path) {
  return parse_log(path, nn::read_file(path));
}

std::map<std::string, std::vector<double>> parse_log(const std::string& path,
                                                     const std::string& content) {
  auto stream = detail::stream<std::istringstream>(content);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = nn::split(line, ',');
  std::map<std::string, std::vector<double>> columns;
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = nn::split(line, ',');
    if (cells.size() != names.size())
      throw FileError(path, ": a line of ", cells.size(), " cells; expected ", names.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::optional<double> number = nn::parse_number<double>(cells[i]);
      if (!number)
        throw FileError(path, ": '", cells[i], "' in column ", names[i], "; expected a number");
      columns[names[i]].push_back(*number);
    }
  }
  return columns;
}

template class Trainer<float>;
template class Trainer<double>;

} // namespace contractive::cae
