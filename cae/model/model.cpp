#include <contractive/cae/model/model.hpp>

#include <contractive/nn/file/elements.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace contractive::cae {

std::string to_text(const Shape& sample) {
  std::string result;
  for (const std::size_t axis : sample)
    result += (result.empty() ? "" : "x") + std::to_string(axis);
  return result;
}

Shape sample_from(const std::string& text) {
  Shape shape;
  auto stream = detail::stream<std::istringstream>(text);
  std::string part;
  bool good = !text.empty() && text.back() != 'x';
  while (good && std::getline(stream, part, 'x')) {
    const bool digits = part.find_first_not_of("0123456789") == std::string::npos;
    good = digits && !part.empty() && part.size() < 10 && part[0] != '0' && shape.rank() < 3;
    if (good)
      shape.push_back(std::strtoull(part.c_str(), nullptr, 10));
  }
  if (!good || nn::promised_bytes(shape, 1) > 1e12)
    throw Error("shape '", nn::shown(text),
                "'; expected height x width as in 28x28, with channels as "
                "in 28x28x3, or one length");
  if (shape.rank() == 2)
    shape.push_back(1);
  return shape;
}

namespace {

std::string list_of(const std::vector<double>& values) {
  std::string result;
  for (const double value : values)
    result += (result.empty() ? "" : " ") + nn::exact(value);
  return result;
}

std::vector<double> values_in(const std::string& key, const std::string& list) {
  std::vector<double> values;
  for (const std::string& word : nn::split(list, ' '))
    if (!word.empty()) {
      const std::optional<double> value = nn::parse_number<double>(word);
      if (!value || !std::isfinite(*value))
        throw Error("entry '", key, "' has '", nn::shown(word), "'; expected numbers");
      values.push_back(*value);
    }
  return values;
}

constexpr const char* format = "contractive autoencoder 1";

} // namespace

std::map<std::string, std::string> Configuration::metadata() const {
  const nn::TableOptions& table = reading.table;
  std::map<std::string, std::string> result{
      {"format", format},
      {"encoder", specification.text()},
      {"decoder", decoder == Decoder::tied ? "tied" : "untied"},
      {"sample", to_text(sample)},
      {"loss", name_of(loss)},
      {"terms", terms},
      {"corruption", corruption},
      {"scale", reading.scale.name},
      {"scale-shift", list_of(reading.scale.shift)},
      {"scale-divisor", list_of(reading.scale.divisor)},
      {"layout", reading.layout},
      {"columns", table.columns},
      {"label-column", table.label_column},
      {"header", !table.header   ? ""
                 : *table.header ? "yes"
                                 : "no"}};
  if (range)
    result["range"] = list_of({range->low, range->high});
  return result;
}

Configuration Configuration::from(const std::map<std::string, std::string>& metadata) {
  const auto at = [&](const char* key) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
      throw FileError("model: no entry '", key, "'; expected a file that cae wrote");
    return found->second;
  };
  const auto optional = [&](const char* key) { // unknown to the first edition
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  if (at("format") != format)
    throw FileError("model: format '", nn::shown(at("format")), "'; expected '", format,
                    "': was it written by a newer version?");
  Configuration result{Specification::parse(at("encoder")),
                       sample_from(at("sample")),
                       at("decoder") == "tied" ? Decoder::tied : Decoder::untied,
                       at("terms"),
                       at("corruption"),
                       loss_from(at("loss"))};
  Reading& reading = result.reading;
  if (metadata.count("scale") > 0)
    reading.scale = Scale::named(optional("scale"));
  reading.scale.shift = values_in("scale-shift", optional("scale-shift"));
  reading.scale.divisor = values_in("scale-divisor", optional("scale-divisor"));
  const bool zero = std::count(reading.scale.divisor.begin(), reading.scale.divisor.end(), 0.0) > 0;
  if (reading.scale.shift.size() != reading.scale.divisor.size() || zero)
    throw Error("entries 'scale-shift' and 'scale-divisor' do not fit; expected as many of both, "
                "no divisor 0");
  reading.layout = optional("layout");
  reading.table = {optional("columns"), optional("label-column"), {}};
  if (const std::string header = optional("header"); !header.empty())
    reading.table.header = header == "yes";
  const std::vector<double> range = values_in("range", optional("range"));
  if (range.size() == 2)
    result.range = InputRange{range[0], range[1]};
  return result;
}

namespace {

// Over all samples, and over all pixels of a channel where there are fewer means.
template <class T> std::vector<double> means_of(const nn::Rows<T>& samples, std::size_t n) {
  std::vector<double> means(n);
  nn::for_each_batch(samples, 1000, [&](const Array<T>& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) // channels are on the last axis
      means[i % n] += static_cast<double>(batch.data()[i]);
  });
  for (double& mean : means)
    mean *= static_cast<double>(n) / static_cast<double>(samples.size());
  return means;
}

} // namespace

template <class T> void centre_output(const Model<T>& model, const nn::RowsOf<T>& samples) {
  const auto& output = model.network.output;
  if (!output || samples.size() == 0)
    return;
  const std::size_t n = output->value().size();
  const Array<T> some = nn::take_first(samples, 1000);
  const Variable<T> given = (*model.network.decoder)((*model.network.encoder)(some));
  const std::vector<double> wanted = means_of<T>(samples, n), now = means_of<T>(given.value(), n);
  const bool logits = model.configuration.loss == Loss::cross_entropy;
  output->assign(Array<T>::make(output->value().shape(), [&](T* out) {
    for (std::size_t j = 0; j < n; ++j) {
      const double p = std::clamp(wanted[j], 0.001, 0.999);
      const double target = logits ? std::log(p / (1 - p)) : wanted[j];
      out[j] = output->value()[j] + static_cast<T>(target - now[j]);
    }
  }));
}

void require_inputs(const Configuration& configuration, const Array<float>& inputs,
                    const std::string& path, std::vector<std::string>& notes) {
  if (configuration.loss == Loss::cross_entropy)
    require_unit_range<float>(inputs, path);
  if (!configuration.range)
    return;
  const InputRange known = *configuration.range, here = range_of<float>(inputs);
  const double width = known.high - known.low;
  const bool larger = here.low < known.low - width || here.high > known.high + width;
  const bool smaller = here.high - here.low < width / 50;
  if (larger || smaller)
    notes.push_back(detail::text("values from ", here.low, " to ", here.high,
                                 ", where the model was trained on ", known.low, " to ", known.high,
                                 ": are they scaled alike? --scale says how"));
}

template <class T>
Model<T>::Model(const Configuration& given, Random& random, std::size_t most)
    : configuration(given),
      network(build<T>(given.specification, given.sample, random, given.decoder, most)) {}

template <class T>
void put_weights(const std::vector<nn::Parameter<T>>& parameters, nn::Tensors<T>& to) {
  for (const nn::Parameter<T>& parameter : parameters)
    if (!to.arrays.emplace(parameter.name(), parameter.value()).second)
      throw Error("model: two arrays are named '", parameter.name(),
                  "'; expected distinct names, as nn::adopt() makes them");
}

template <class T>
Array<T> array_of(const nn::Tensors<T>& from, const std::string& name, const Shape& shape) {
  const auto found = from.arrays.find(name);
  if (found == from.arrays.end())
    throw FileError("model: no array '", name, "'; expected one of shape ", shape);
  if (found->second.shape() != shape)
    throw FileError("model: '", name, "' of shape ", found->second.shape(), "; expected ", shape);
  return found->second;
}

template <class T>
void get_weights(const nn::Tensors<T>& from, const std::string& prefix,
                 const std::vector<nn::Parameter<T>>& parameters) {
  for (const nn::Parameter<T>& parameter : parameters)
    parameter.assign(array_of(from, prefix + parameter.name(), parameter.value().shape()));
}

template <class T> void save_model(const std::string& path, const Model<T>& model) {
  nn::Tensors<T> file;
  file.metadata = model.configuration.metadata();
  put_weights(model.network.parameters(), file);
  nn::write_safetensors(path, file);
}

std::string model_file(const std::string& path) {
  return std::filesystem::is_directory(path) ? path + "/model.safetensors" : path;
}

template <class T> Model<T> load_model(const std::string& path) {
  const std::string file = model_file(path);
  const nn::Tensors<T> tensors = nn::read_safetensors<T>(file);
  return nn::naming(file, [&] {
    Random random;
    std::size_t present = 0;
    for (const auto& entry : tensors.arrays)
      present += entry.second.size();
    const Configuration configuration = Configuration::from(tensors.metadata);
    Model<T> model(configuration, random, present);
    get_weights(tensors, "", model.network.parameters());
    return model;
  });
}

template void centre_output(const Model<float>&, const nn::Rows<float>&);
template void centre_output(const Model<double>&, const nn::Rows<double>&);
template struct Model<float>;
template struct Model<double>;
template void save_model(const std::string&, const Model<float>&);
template void save_model(const std::string&, const Model<double>&);
template Model<float> load_model(const std::string&);
template Model<double> load_model(const std::string&);
template void put_weights(const std::vector<nn::Parameter<float>>&, nn::Tensors<float>&);
template void put_weights(const std::vector<nn::Parameter<double>>&, nn::Tensors<double>&);
template void get_weights(const nn::Tensors<float>&, const std::string&,
                          const std::vector<nn::Parameter<float>>&);
template void get_weights(const nn::Tensors<double>&, const std::string&,
                          const std::vector<nn::Parameter<double>>&);
template Array<float> array_of(const nn::Tensors<float>&, const std::string&, const Shape&);
template Array<double> array_of(const nn::Tensors<double>&, const std::string&, const Shape&);

} // namespace contractive::cae
