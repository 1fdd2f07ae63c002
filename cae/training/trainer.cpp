#include <contractive/cae/training/trainer.hpp>

#include <contractive/cae/model/model.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

namespace contractive::cae {
namespace {

template <class T>
std::string header_of(const std::vector<Term<T>>& terms, const nn::Rows<T>& validation) {
  std::vector<std::string> names;
  for (const Term<T>& term : terms)
    names.push_back(term.name);
  return log_header(names, validation.count() > 0 ? Measured::validation : Measured::training);
}

// Samples that stand in for missing validation samples.
template <class T>
nn::Rows<T> or_first_of(const nn::Rows<T>& validation, const nn::Rows<T>& training) {
  constexpr std::size_t most = 10000;
  if (validation.count() > 0)
    return validation;
  return training.range(0, std::min(most, training.count()));
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
Trainer<T>::Trainer(ContractiveAutoencoder<T> model, nn::Rows<T> training, nn::Rows<T> validation,
                    TrainingOptions options)
    : model_(std::move(model)), training_(std::move(training)),
      validation_(or_first_of(validation, training_)), options_(std::move(options)),
      descent_("training", options_, model_.parameters(), training_.count(),
               options_.seed + shuffle_stream),
      terms_(model_.terms().size(), 0.0), log_(header_of(model_.terms(), validation)) {
  if (options_.parts == 0)
    throw Error("training: 0 parts; expected at least 1");
  for (const Term<T>& term : model_.terms()) {
    if (term.of == TermOf::weights) // which it may reach all the same
      unreached_ = Unreached::zeros;
    if (term.of == TermOf::batch && options_.parts > 1)
      throw Error("training: term '", term.name,
                  "' is of a batch as a whole, and batches are cut into ", options_.parts,
                  " parts; expected 1 (--parts 1)");
  }
  none_.numbers.resize(3 + terms_.size());
  for (const nn::Parameter<T>& parameter : model_.parameters())
    none_.arrays.push_back(Array<T>::zeros(parameter.value().shape()));
}

template <class T> std::string Trainer<T>::checkpoint_in(const std::string& folder) {
  return folder + "/checkpoint.safetensors";
}

// The gradients of a part of the batch; its objective, reconstruction, whether to stop, and terms.
template <class T>
nn::Sums<T> Trainer<T>::part_of_step(const std::vector<std::size_t>& numbers, std::size_t whole,
                                     const Observer& observer) const {
  const Array<T> x = nn::take(training_, numbers);
  const Tape<T> tape;
  const SampleRandom random(options_.seed + draw_stream, descent_.epoch, numbers);
  const Objective<T> share = model_.share(x, whole, random);
  nn::Sums<T> result;
  for (const Variable<T>& slope :
       gradient<T>({share.total}, nn::use(descent_.parameters), CreateGraph::no, unreached_))
    result.arrays.push_back(slope.value());
  const bool stop = observer.stop && observer.stop();
  result.numbers = {static_cast<double>(share.total.item()), share.reconstruction,
                    stop ? 1.0 : 0.0};
  result.numbers.insert(result.numbers.end(), share.terms.begin(), share.terms.end());
  return result;
}

// Returns whether anybody wants to stop.
template <class T>
bool Trainer<T>::step(const std::vector<std::size_t>& numbers, const Observer& observer) {
  const nn::Sums<T> sums = options_.workers->sum<T>(
      numbers.size(), options_.parts, none_, [&](std::size_t begin, std::size_t end) {
        const auto at = [&](std::size_t i) {
          return numbers.begin() + static_cast<std::ptrdiff_t>(i);
        };
        return part_of_step({at(begin), at(end)}, numbers.size(), observer);
      });
  const Tape<T> tape;
  const Objective<T> weights = model_.of_weights(); // once, whatever the parts
  std::vector<Variable<T>> gradients(sums.arrays.begin(), sums.arrays.end());
  if (weights.total.tracked()) {
    const auto more = gradient<T>({weights.total}, nn::use(descent_.parameters), CreateGraph::no,
                                  Unreached::zeros);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      gradients[i] = gradients[i] + more[i];
  }
  descent_.step(sums.numbers[0] + static_cast<double>(weights.total.item()), gradients);
  ++step_;
  reconstruction_ += sums.numbers[1];
  for (std::size_t i = 0; i < terms_.size(); ++i)
    terms_[i] += sums.numbers[3 + i] + weights.terms[i];
  return sums.numbers[2] > 0;
}

template <class T> double Trainer<T>::mean_objective(double steps) const {
  double total = reconstruction_;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    total += model_.terms()[i].weight * terms_[i];
  return total / steps;
}

// What is minimised, on the validation samples; with the same draws each time.
template <class T> void Trainer<T>::measure_objective(EpochReport& report) const {
  const std::size_t n = validation_.count();
  const auto of_part = [&](std::size_t begin, std::size_t end) {
    nn::Sums<T> sums{{}, {0, 0}};
    for (std::size_t first = begin; first < end; first += options_.batch) {
      std::vector<std::size_t> numbers(std::min(options_.batch, end - first));
      std::iota(numbers.begin(), numbers.end(), first);
      const Array<T> x = nn::take(validation_, numbers);
      const Tape<T> tape;
      const auto objective = model_.objective(x, SampleRandom(options_.seed, 0, numbers));
      const auto count = static_cast<double>(numbers.size());
      sums.numbers[0] += static_cast<double>(objective.total.item()) * count;
      sums.numbers[1] += objective.reconstruction * count;
    }
    return sums;
  };
  const nn::Sums<T> sums = options_.workers->sum<T>(n, options_.parts, {{}, {0, 0}}, of_part);
  report.validation_objective = sums.numbers[0] / static_cast<double>(n);
  report.validation_reconstruction = sums.numbers[1] / static_cast<double>(n);
}

template <class T> EpochReport Trainer<T>::finish_epoch() {
  const double seconds = descent_.seconds(),
               steps = static_cast<double>(descent_.batches.per_epoch());
  EpochReport report;
  report.epoch = descent_.epoch + 1;
  report.objective = mean_objective(steps);
  report.reconstruction = reconstruction_ / steps;
  report.terms = terms_;
  for (double& term : report.terms)
    term /= steps;
  report.seconds = seconds;
  report.validation = measure(model_, validation_, options_.saturation, 500, options_.workers.get(),
                              options_.parts);
  measure_objective(report);
  report.best = descent_.end_epoch(report.validation_objective);
  reconstruction_ = 0;
  std::fill(terms_.begin(), terms_.end(), 0.0);
  log_ += log_line(report, descent_.learning_rate());
  return report;
}

template <class T> bool Trainer<T>::run(const Observer& observer) {
  const auto waited = [&] {
    return options_.patience > 0 && descent_.epoch >= descent_.best_epoch + options_.patience;
  };
  if (!options_.folder.empty() && writes()) {
    std::error_code ignored; // what is written to it says why it is not there
    std::filesystem::create_directories(options_.folder, ignored);
  }
  write_log();
  while (descent_.epoch < options_.epochs && !waited()) {
    const bool over = descent_.run_epoch([&](const std::vector<std::size_t>& numbers) {
      const bool stop = step(numbers, observer);
      if (stop || (options_.checkpoint_steps > 0 && step_ % options_.checkpoint_steps == 0))
        write_checkpoint();
      const nn::Batches& batches = descent_.batches;
      if (observer.step && writes())
        observer.step(batches.position(), batches.per_epoch(),
                      mean_objective(static_cast<double>(batches.position())));
      return !stop;
    });
    if (!over)
      return false;
    const EpochReport report = finish_epoch();
    write_checkpoint();
    write_log();
    if (observer.epoch && writes())
      observer.epoch(report);
  }
  if (options_.patience > 0)
    descent_.restore_best_weights();
  return true;
}

template <class T> bool Trainer<T>::writes() const { return options_.workers->first(); }

template <class T> void Trainer<T>::write_checkpoint() const {
  if (!options_.folder.empty() && writes())
    nn::write_safetensors(checkpoint_in(options_.folder), state());
}

template <class T> void Trainer<T>::write_log() const {
  if (!options_.folder.empty() && writes())
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
    log_ = with_columns(log_.substr(0, log_.find('\n') + 1), state.metadata.at("log"));
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

template <class T> bool Trainer<T>::resume() {
  const std::string file = checkpoint_in(options_.folder);
  std::string content;
  if (writes() && !options_.folder.empty() && std::filesystem::exists(file))
    content = nn::read_file(file);
  options_.workers->broadcast(content);
  if (!content.empty())
    nn::naming(file, [&] { restore(nn::parse_safetensors<T>(file, content)); });
  return !content.empty();
}

template class Trainer<float>;
template class Trainer<double>;

} // namespace contractive::cae
