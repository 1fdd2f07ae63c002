#include <contractive/cae/model/specification.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <cctype>
#include <cstdint>
#include <limits>

namespace contractive::cae {
namespace {

using Layer = LayerSpecification;
using Kind = Layer::Kind;

const nn::CallTable<Kind>& kinds() {
  static const nn::CallTable<Kind> table{
      {"linear(units)", Kind::linear}, {"conv(channels,kernel,stride=1,padding=0)", Kind::conv},
      {"pool(size)", Kind::max_pool},  {"averagepool(size)", Kind::average_pool},
      {"layernorm", Kind::layernorm},  {"residual(layers)", Kind::residual}};
  return table;
}

/// Reads from left to right and knows the column for the errors.
class Reader {
public:
  explicit Reader(const std::string& text) : text_(text) {}

  bool done() {
    skip_spaces();
    return at_ == text_.size();
  }
  bool digit() { return !done() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0; }
  bool take(char c) {
    if (done() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }
  void expect(char c, const std::string& where) {
    if (!take(c))
      fail(at_, detail::text("expected '", c, "' ", where));
  }
  std::string word() {
    skip_spaces();
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalpha(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    return text_.substr(start, at_ - start);
  }
  std::size_t number(const std::string& what, std::size_t least) {
    skip_spaces();
    const std::size_t start = at_;
    std::size_t value = 0;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
      value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
      if (value > std::numeric_limits<std::uint32_t>::max())
        fail(start, detail::text(what, " is too large"));
    }
    if (at_ == start || value < least)
      fail(start, detail::text("expected ", what, ", a number of at least ", least));
    return value;
  }
  std::size_t column() {
    skip_spaces();
    return at_;
  }
  [[noreturn]] void fail(std::size_t at, const std::string& why) const {
    throw Error("encoder '", nn::shown(text_), "', column ", at + 1, ": ", why);
  }

  /// One residual more around what is read while this lives. Each is a call of this program's own.
  class Depth {
  public:
    Depth(Reader& reader, std::size_t at) : reader_(reader) {
      if (++reader_.depth_ > 16)
        reader_.fail(at, "expected at most 16 residuals around each other");
    }
    ~Depth() { --reader_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

  private:
    Reader& reader_;
  };

private:
  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
      ++at_;
  }

  const std::string& text_;
  std::size_t at_ = 0, depth_ = 0;
};

std::string activation(Reader& reader) {
  const std::size_t start = reader.column();
  const std::string name = reader.word();
  try {
    nn::Activation<float>{name};
  } catch (const Error& error) {
    reader.fail(start, error.what());
  }
  return name;
}

// 784-512:relu-64:sigmoid
std::vector<Layer> dense(Reader& reader, std::size_t& input) {
  std::vector<Layer> layers;
  input = reader.number("the number of inputs", 1);
  do {
    reader.expect('-', "and the next layer's width, as in 784-1000:sigmoid");
    Layer layer;
    layer.size = reader.number("the layer's width", 1);
    layer.activation = reader.take(':') ? activation(reader) : "";
    layers.push_back(layer);
  } while (!reader.done());
  if (layers.back().activation.empty())
    reader.fail(reader.column(), "expected ':' and an activation, as in 784-1000:sigmoid");
  for (std::size_t i = layers.size() - 1; i-- > 0;)
    if (layers[i].activation.empty())
      layers[i].activation = layers[i + 1].activation;
  return layers;
}

std::vector<Layer> list(Reader& reader);

// What stands in a convolution's brackets behind the channels: 3,stride=2,padding=1
void convolution(Reader& reader, Layer& layer) {
  reader.expect(',', "and the kernel's size, as in conv(16,3)");
  layer.kernel = reader.number("the kernel's size", 1);
  while (reader.take(',')) {
    const std::size_t start = reader.column();
    const std::string key = reader.word();
    if (key != "stride" && key != "padding")
      reader.fail(start, "expected stride=... or padding=...");
    reader.expect('=', "after " + key);
    if (key == "stride")
      layer.stride = reader.number("the stride", 1);
    else
      layer.padding = reader.number("the padding", 0);
  }
}

Layer layer(Reader& reader) {
  const std::size_t start = reader.column();
  const std::string name = reader.word();
  Layer result;
  const Kind* kind = kinds().find_name(name);
  if (!kind)
    reader.fail(start, detail::text("unknown layer '", name, "'; expected ", layer_signatures(),
                                    ", or widths as in 784-1000:sigmoid",
                                    nn::did_you_mean(name, kinds().names())));
  result.kind = *kind;
  if (result.kind != Kind::layernorm) {
    reader.expect('(', "after " + name);
    if (result.kind == Kind::residual) {
      const Reader::Depth depth(reader, start);
      result.body = list(reader);
    } else {
      result.size = reader.number(result.kind == Kind::linear ? "the number of units"
                                  : result.kind == Kind::conv ? "the number of channels"
                                                              : "the window's size",
                                  1);
    }
    if (result.kind == Kind::conv)
      convolution(reader, result);
    reader.expect(')', "to close " + name);
  }
  if (reader.take(':'))
    result.activation = activation(reader);
  return result;
}

std::vector<Layer> list(Reader& reader) {
  std::vector<Layer> layers;
  do
    layers.push_back(layer(reader));
  while (reader.take(','));
  return layers;
}

std::string to_text(const std::vector<Layer>& layers) {
  std::string result;
  for (const Layer& layer : layers) {
    result += result.empty() ? "" : ",";
    result += kinds().name_of(layer.kind);
    if (layer.kind == Kind::residual)
      result += "(" + to_text(layer.body) + ")";
    else if (layer.kind != Kind::layernorm)
      result += "(" + std::to_string(layer.size);
    if (layer.kind == Kind::conv) {
      result += "," + std::to_string(layer.kernel);
      result += layer.stride == 1 ? "" : ",stride=" + std::to_string(layer.stride);
      result += layer.padding == 0 ? "" : ",padding=" + std::to_string(layer.padding);
    }
    if (layer.kind != Kind::layernorm && layer.kind != Kind::residual)
      result += ")";
    result += layer.activation == "linear" ? "" : ":" + layer.activation;
  }
  return result;
}

} // namespace

std::string layer_signatures() { return kinds().signatures(); }

Specification Specification::parse(const std::string& text) {
  Reader reader(text);
  Specification result;
  result.layers_ = reader.digit() ? dense(reader, result.input_) : list(reader);
  if (!reader.done())
    reader.fail(reader.column(), "expected ',' and a layer, ':' and an activation, or the end");
  return result;
}

Specification Specification::layer(std::size_t k) const {
  Specification alone;
  alone.layers_ = {layers_.at(k)};
  return alone;
}

std::string Specification::text() const {
  if (input_ == 0)
    return to_text(layers_);
  std::string result = std::to_string(input_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    result += "-" + std::to_string(layers_[i].size);
    if (i + 1 == layers_.size() || layers_[i].activation != layers_[i + 1].activation)
      result += ":" + layers_[i].activation;
  }
  return result;
}

} // namespace contractive::cae
