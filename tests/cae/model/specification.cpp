#include <contractive/cae/model/specification.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/model/network.hpp>
#include <contractive/nn/layer/init.hpp>

#include <doctest/doctest.h>
#include <set>

using namespace contractive;
using namespace contractive::cae;
using Kind = LayerSpecification::Kind;

namespace {

std::string error_of(const std::string& specification) {
  try {
    Specification::parse(specification);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("specification: widths, and activations from the right") {
  const Specification s = Specification::parse(" 784 - 512:relu-256 -64:sigmoid ");
  CHECK(s.input() == 784);
  REQUIRE(s.layers().size() == 3);
  CHECK(s.layers()[0].size == 512);
  CHECK(s.layers()[0].activation == "relu");
  CHECK(s.layers()[1].activation == "sigmoid");
  CHECK(s.layers()[2].size == 64);
  CHECK(s.layers()[2].activation == "sigmoid");
}

TEST_CASE("specification: layers one after another") {
  const Specification s = Specification::parse(
      "conv(16,3):relu,conv(32,5,stride=2,padding=1):elu,pool(2),residual(linear(8):tanh)");
  CHECK(s.input() == 0);
  REQUIRE(s.layers().size() == 4);
  const LayerSpecification& conv = s.layers()[1];
  CHECK(conv.kind == Kind::conv);
  CHECK(conv.size == 32);
  CHECK(conv.kernel == 5);
  CHECK(conv.stride == 2);
  CHECK(conv.padding == 1);
  CHECK(conv.activation == "elu");
  CHECK(s.layers()[2].kind == Kind::max_pool);
  REQUIRE(s.layers()[3].body.size() == 1);
  CHECK(s.layers()[3].body[0].activation == "tanh");
}

TEST_CASE("specification: the canonical text says the same again") {
  for (const std::string text :
       {"784-1000:sigmoid", "784-512-256:sigmoid", "784-512:relu-64:sigmoid",
        "conv(16,3):relu,conv(32,3,stride=2):relu,linear(64):tanh", "averagepool(3),layernorm:tanh",
        "linear(9):tanh,residual(linear(9):relu,layernorm,linear(9)):silu",
        "conv(4,2,stride=3,padding=1)"}) {
    CAPTURE(text);
    CHECK(Specification::parse(text).text() == text);
  }
  CHECK(Specification::parse("9-8:tanh-7:tanh").text() == "9-8-7:tanh");
  CHECK(Specification::parse("conv( 4 , 3 , stride = 1 ) : linear").text() == "conv(4,3)");
}

TEST_CASE("specification: errors point at the column") {
  const auto check = [](const std::string& text, const std::string& column,
                        const std::string& part) {
    const std::string error = error_of(text);
    CAPTURE(error);
    CHECK(contains(error, "column " + column + ":"));
    CHECK(contains(error, part));
    CHECK(contains(error, "'" + text + "'"));
  };
  check("784-1000:sigmoyd", "10", "'sigmoyd' is unknown");
  check("784-1000", "9", "':' and an activation");
  check("784-0:sigmoid", "5", "at least 1");
  check("784:sigmoid", "4", "'-'");
  check("", "1", "unknown layer ''");
  check("konv(16,3)", "1", "expected linear(units), conv(channels,");
  check("conv(16,3):relu,conv(16)", "24", "','");
  check("conv(16,3,stried=2)", "11", "stride=... or padding=...");
  check("linear(64", "10", "')'");
  check("linear(64):tanh;linear(3)", "16", "','");
  check("linear(99999999999999999999):tanh", "8", "too large");
  check("residual(linear(3):foo)", "20", "'foo' is unknown");
}

TEST_CASE("specification: what is nested without end is refused, shortly") {
  std::string nested;
  for (int i = 0; i < 12000; ++i)
    nested += "residual(";
  const std::string error = error_of(nested);
  CHECK(contains(error, "expected at most 16 residuals around each other"));
  CHECK(error.size() < 200);
  std::string deep = "linear(3):tanh";
  for (int i = 0; i < 16; ++i)
    deep = "residual(" + deep + ")";
  CHECK(error_of(deep) == "no error");
  CHECK(contains(error_of("residual(" + deep + ")"), "at most 16"));
}

TEST_CASE("network: the decoder mirrors the encoder's shapes, tied or not") {
  Random random(3);
  for (const std::string text :
       {"147-20:sigmoid", "147-20:relu-10-6:tanh",
        "conv(4,3):relu,conv(5,3,stride=2):relu,linear(6):tanh",
        "conv(4,2,padding=1):elu,pool(2),conv(3,2):tanh", "averagepool(3):tanh",
        "residual(conv(3,3,padding=1):tanh),linear(5)",
        "linear(9):tanh,residual(linear(9)),layernorm", "layernorm,linear(4):sigmoid"})
    for (const bool tied : {true, false}) {
      CAPTURE(text);
      CAPTURE(tied);
      const Network<double> network = build<double>(Specification::parse(text), {7, 7, 3}, random,
                                                    tied ? Decoder::tied : Decoder::untied);
      const Array<double> x = random.uniform<double>({2, 147}, 1);
      const Variable<double> h = (*network.encoder)(x);
      CHECK(h.shape() == Shape{2, network.codes});
      CHECK((*network.decoder)(h).shape() == x.shape());
      std::set<std::string> names;
      std::size_t weights = 0;
      for (const auto& parameter : network.parameters()) {
        names.insert(parameter.name());
        weights += parameter.name().rfind("decoder", 0) == 0 &&
                           parameter.name().find("weight") != std::string::npos
                       ? 1
                       : 0;
      }
      CHECK(names.size() == network.parameters().size());
      CHECK((weights == 0) == (tied || !network.weight));
    }
}

TEST_CASE("network: layers that do not fit say why") {
  Random random(3);
  const auto error_for = [&](const std::string& text, const Shape& sample) -> std::string {
    try {
      (void)build<float>(Specification::parse(text), sample, random);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(contains(error_for("784-10:tanh", {6, 6, 1}), "784 inputs, the data have 36"));
  CHECK(contains(error_for("conv(4,3)", {36}), "--image"));
  CHECK(contains(error_for("conv(4,7)", {6, 6, 1}), "window of 7 x 7"));
  CHECK(contains(error_for("residual(linear(5))", {6}), "takes (6) and its layers give (5)"));
  CHECK(contains(error_for("conv(1,3),layernorm", {6, 6, 1}), "layernorm"));
}

TEST_CASE("network: filters are the first layer's, one per unit") {
  Random random(3);
  const auto dense = build<float>(Specification::parse("12-5:tanh"), {2, 6, 1}, random);
  const Array<float> filters = dense.filters();
  CHECK(filters.shape() == Shape{5, 2, 6, 1});
  CHECK(filters(3, 1, 2, 0) == dense.weight->value()(8, 3));
  const auto conv = build<float>(Specification::parse("conv(4,2):tanh"), {5, 5, 3}, random);
  CHECK(conv.filters().shape() == Shape{4, 2, 2, 3});
  CHECK(conv.filters()(1, 0, 1, 2) == conv.weight->value()(0, 1, 2, 1));
}
