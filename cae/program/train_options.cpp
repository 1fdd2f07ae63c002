#include "train_options.hpp"

#include "help.hpp"
#include "result.hpp"

#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

namespace contractive::cae::program {
namespace {

void add_data(CLI::App& c, TrainSettings& s) {
  begin_group(c, "Data");
  c.add_option("--data", s.data,
               "a folder of IDX files such as MNIST's, or a .npy, .npz, .csv or IDX file: one "
               "sample a row")
      ->type_name("PATH");
  add_reading(c, s.reading, "");
  c.add_option("--image", s.image,
               "the samples' shape, where the data do not say: 28x28, or 32x32x3 with channels");
  add_count(c, "--validation", s.validation,
            "how many samples, the last ones, are not trained on but measured [a sixth]", {0});
  add_count(c, "--memory", s.memory,
            "how many MiB the samples may take; of more, rows are read from the disk as they are "
            "needed",
            {0, 1U << 24});
}

void add_model(CLI::App& c, TrainSettings& s) {
  begin_group(c, "Model");
  c.add_option("--encoder", s.encoder,
               "the encoder's layers: 784-1000:sigmoid (widths, then the activation), or "
               "conv(16,3):relu,conv(32,3,stride=2):relu,linear(64):tanh. Layers: " +
                   layer_signatures() + ". Activations: " + nn::activation_names() +
                   ". The decoder mirrors it. Without this: one layer of 1000 sigmoid units")
      ->type_name("LAYERS");
  c.add_flag("--untied", s.untied, "give the decoder weights of its own, not the encoder's");
  c.add_option("--output-bias", s.output_bias,
               "what the decoder begins with: the training samples' mean, or zero")
      ->capture_default_str();
}

void add_objective(CLI::App& c, TrainSettings& s, double& lambda) {
  begin_group(c, "Objective");
  c.add_option("--loss", s.loss, loss_names() + "; cross-entropy needs values from 0 to 1")
      ->capture_default_str();
  not_negative(*c.add_option("--lambda", lambda,
                             "how much the penalty ||dh/dx||^2 counts; 0 is a plain auto-encoder"))
      .capture_default_str();
  c.add_option("--terms", s.terms,
               "what is added to the reconstruction, instead of --lambda: " + term_signatures() +
                   ", joined by +")
      ->type_name("TERMS")
      ->excludes("--lambda");
  c.add_option("--corruption", s.corruption,
               "what a denoising auto-encoder does to its inputs: " + corruption_signatures())
      ->capture_default_str();
}

void add_training(CLI::App& c, TrainSettings& s) {
  TrainingOptions& t = s.training;
  begin_group(c, "Training");
  add_count(c, "--epochs", t.epochs, "how often to go through the data");
  add_count(c, "--batch", t.batch, "samples in each step");
  positive(*c.add_option("--learning-rate", t.learning_rate, "the size of a step"))
      .capture_default_str();
  c.add_option("--optimiser", t.optimiser, nn::optimiser_names())->capture_default_str();
  c.add_option("--schedule", t.schedule,
               "the learning rate over the epochs, as in warmup(5, cosine(35)): " +
                   nn::schedule_signatures())
      ->capture_default_str();
  c.add_flag("--stacked", s.stacked,
             "train the layers one after another, each on the codes of those below, instead of all "
             "at once; dense layers only");
  add_count(
      c, "--patience", t.patience,
      "stop after so many epochs without improvement and keep the best weights; 0 never stops",
      {0});
  add_count(c, "--seed", t.seed, "of all random numbers; the same seed gives the same weights",
            {0, any_seed});
  add_count(c, "--threads", s.threads, "processor cores to use, in each process [all]", {1, 1024})
      .default_str("");
  add_count(c, "--parts", s.parts,
            "into how many parts a batch is cut, each of which one process computes: the weights "
            "depend on it, but not on the number of processes [as many as processes]",
            {1, 4096})
      .default_str("");
}

} // namespace

void add_train_options(CLI::App& c, TrainCommand& command) {
  add_data(c, command.settings);
  add_model(c, command.settings);
  add_objective(c, command.settings, command.lambda);
  add_training(c, command.settings);
  c.add_option("--protocol", command.protocol,
               "take the options that are not given from a publication: " + protocol_names());
  c.add_option("--config", command.config,
               "read options that are not given here from this file, lines such as epochs = 20; "
               "each run writes such a file, run.toml")
      ->type_name("FILE");
  begin_group(c, "Output");
  c.add_option("--out", command.out, "the folder to write to")->type_name("FOLDER");
  c.add_flag("--overwrite", command.overwrite, "replace the run that the folder holds");
  c.add_option("--resume", command.resume,
               "go on with the run in this folder, exactly where it stopped")
      ->type_name("FOLDER");
  add_count(c, "--checkpoint-steps", command.settings.training.checkpoint_steps,
            "write a checkpoint after so many steps, not only after each epoch; 0 does not", {0});
  add_json(c, command.json);
  end_help(c, "cae train --data DATA --encoder 784-1000:sigmoid --lambda 0.1 --out model");
}

} // namespace contractive::cae::program
