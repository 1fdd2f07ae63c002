#include <contractive/nn/text/suggestion.hpp>

#include <doctest/doctest.h>

namespace contractive::tests {

TEST_CASE("suggestion: the nearest known name, where one is near") {
  const auto suggested = [](const std::string& given) {
    return nn::did_you_mean(given, {"--lambda", "relu", "leaky_relu", "sin", "tanh", "softplus"});
  };
  CHECK(suggested("--lamda") == "; did you mean --lambda?");  // a letter is missing,
  CHECK(suggested("-lambdaa") == "; did you mean --lambda?"); // one too many,
  CHECK(suggested("tamh") == "; did you mean tanh?");         // another,
  CHECK(suggested("softpuls") == "; did you mean softplus?"); // and two are swapped
  CHECK(suggested("nsi") == "");                              // which is an edit, but two are too
  CHECK(suggested("isn") == "; did you mean sin?");           // many for three letters
  CHECK(suggested("ReLU") == "; did you mean relu?");
  CHECK(suggested("LeakyReLU") == "; did you mean leaky_relu?");
  CHECK(suggested("tan") == "; did you mean tanh?"); // sin is two edits away, tanh one
  CHECK(suggested("sigmoid") == "");
  CHECK(suggested("relu") == ""); // known
  CHECK(suggested("") == "");
  CHECK(suggested("--") == "");
  CHECK(suggested(std::string(100000, 'a')) == "");
}

} // namespace contractive::tests
