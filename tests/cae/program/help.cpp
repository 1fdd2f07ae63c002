#include "help.hpp"

#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/cae/model/specification.hpp>
#include <contractive/cae/model/terms.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

#include <sstream>

using namespace contractive;
using namespace contractive::tests;

TEST_CASE("help: at most 100 columns, in groups, with an example of what is there") {
  const Folder folder;
  for (const std::string& command : commands(folder)) {
    CAPTURE(command);
    const Result result = run(folder, command + " --help");
    CHECK(result.code == 0);
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(line.size() <= 100);
    }
    CHECK(!contains(result.out, "\n\n\n"));
    const auto examples = matches(result.out, "\nExample:\n  cae (.*)\n");
    REQUIRE(examples.size() == 1);
    CHECK(examples[0].rfind(command, 0) == 0);
    for (const std::string& option : matches(" " + examples[0], " (--[a-z-]+)"))
      CHECK(contains(result.out, "\n  " + option + " "));
    if (!command.empty())
      for (const char* group : {"\nOutput:\n  --", "\n  --json  ", "\nHelp:\n  -h,--help  "})
        CHECK(contains(result.out, group));
  }
}

TEST_CASE("help: train has all names that can be written down") {
  const Folder folder;
  const std::string help =
      std::regex_replace(run(folder, "train --help").out, std::regex("\\s+"), " ");
  for (const std::string& known :
       {cae::term_signatures(), cae::corruption_signatures(), cae::loss_names(),
        nn::optimiser_names(), nn::schedule_signatures(), nn::activation_names(),
        cae::layer_signatures()})
    CHECK(contains(help, known));
  for (const char* group : {"Data", "Model", "Objective", "Training", "Output"})
    CHECK(contains(help, std::string(" ") + group + ": --"));
}

TEST_CASE("help: a mistake in usage is one line, which names what may have been meant") {
  const Folder folder;
  const auto fails = [&](const std::string& arguments, const std::string& part) {
    CAPTURE(arguments);
    check_fails(run(folder, arguments), part);
  };
  fails("", "cae: no command; expected demo, train, encode");
  fails("--lambda 1 train", "cae: unknown option --lambda; expected one of `cae --help`\n");
  fails("--manual", "cae: --manual: 1 required FOLDER missing; see `cae --help`\n");
  fails("trian --data x", "cae: unknown command 'trian'; expected demo,");
  fails("trian --data x", "; did you mean train?\n");
  fails("--versoin", "cae: unknown option --versoin; expected one of `cae --help`; did you mean "
                     "--version?\n");
  fails("train --lamda 0.1 --data x --out y",
        "cae: train: unknown option --lamda; expected one of `cae train --help`; did you mean "
        "--lambda?\n");
  fails("train --epoch=3", "unknown option --epoch; ");
  fails("encode model --dta x", "did you mean --data?"); // before --data is found to be missing
  fails("encode --data x", "encode: model is required; see `cae encode --help`");
  fails("encode model more --data x", "encode: 'more'; expected no more arguments");
  fails("train --data x --out", "train: --out: ");
  fails("train --out x", "train: no --data; expected --data and --out, or --resume");
  fails("train --epochs many", "--epochs many; expected a whole number");
}

TEST_CASE("help: names of values, and keys of files, have suggestions too") {
  const Folder folder;
  const std::string data = make_data(folder);
  const auto fails = [&](const std::string& options, const std::string& meant) {
    CAPTURE(options);
    check_fails(
        run(folder, "train --data '" + data + "' --out '" + folder.file("m") + "' " + options),
        "; did you mean " + meant + "?");
  };
  fails("--encoder 100-30:Sigmod", "sigmoid");
  fails("--encoder 'cnv(4,3):relu'", "conv");
  fails("--optimiser Adma", "adam");
  fails("--schedule 'warmup(2, cosin(3))'", "cosine");
  fails("--loss squared_eror", "squared-error");
  fails("--terms 'contractive(0.1) + hesian(0.1)'", "hessian");
  fails("--corruption 'mask1ng(0.1)'", "masking");
  fails("--scale standart", "standard");
  folder.put("a.toml", "learnig-rate = 0.1\n");
  fails("--config '" + folder.file("a.toml") + "'", "learning-rate");
  folder.put("b.toml", "config = \"a.toml\"\n"); // an option, but no key
  const Result config = run(folder, "train --config '" + folder.file("b.toml") + "'");
  check_fails(config, "unknown key 'config'; expected the options of");
  CHECK(!contains(config.error, "did you mean"));
  folder.put("e.toml", "seeds = [1]\n[data]\ntraining = 1\nvalidation = 1\ntest = 1\n"
                       "[pretraining]\nencodr = \"9-2:tanh\"\n[[variant]]\nname = \"a\"\n");
  check_fails(
      run(folder, "compare '" + folder.file("e.toml") + "' --out '" + folder.file("c") + "'"),
      "; did you mean pretraining.encoder?");
}

TEST_CASE("help: on a terminal there is a bar, and no colour") {
  const Folder folder;
  const Result result =
      finish(folder, start_command(folder, "script -qec \"'" CAE_PROGRAM "' " +
                                               train(make_data(folder), folder.file("m")) +
                                               "\" /dev/null"));
  CAPTURE(result.out);
  CHECK(result.code == 0);
  CHECK(contains(result.out, "\033[K####"));
  CHECK(matches(result.out, "\033(\\[[0-9;]*m)").empty());
}
