#include <contractive/cae/model/model.hpp>

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
  if (!good)
    throw Error("shape '", text,
                "'; expected height x width as in 28x28, with channels as "
                "in 28x28x3, or one length");
  if (shape.rank() == 2)
    shape.push_back(1);
  return shape;
}

std::map<std::string, std::string> Configuration::metadata() const {
  return {{"format", "contractive autoencoder 1"},
          {"encoder", specification.text()},
          {"decoder", decoder == Decoder::tied ? "tied" : "untied"},
          {"sample", to_text(sample)},
          {"loss", name_of(loss)},
          {"terms", terms},
          {"corruption", corruption}};
}

Configuration Configuration::from(const std::map<std::string, std::string>& metadata) {
  const auto at = [&](const char* key) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
      throw FileError("model: no entry '", key, "'; expected a file that cae wrote");
    return found->second;
  };
  return {Specification::parse(at("encoder")),
          sample_from(at("sample")),
          at("decoder") == "tied" ? Decoder::tied : Decoder::untied,
          at("terms"),
          at("corruption"),
          loss_from(at("loss"))};
}

template <class T>
Model<T>::Model(const Configuration& given, Random& random)
    : configuration(given),
      network(build<T>(given.specification, given.sample, random, given.decoder)) {}

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

template <class T> Model<T> load_model(const std::string& path) {
  const bool folder = std::filesystem::is_directory(path);
  const std::string file = folder ? path + "/model.safetensors" : path;
  const nn::Tensors<T> tensors = nn::read_safetensors<T>(file);
  try {
    Random random;
    Model<T> model(Configuration::from(tensors.metadata), random);
    get_weights(tensors, "", model.network.parameters());
    return model;
  } catch (const Error& error) {
    throw FileError(file, ": ", error.what());
  }
}

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
