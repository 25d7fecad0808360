package dev.kumiai.engine.model;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.SteadyJvm;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;

/// Trains and measures round after round, as a worker does in months, and prints the memory of the
/// process in KiB after every fifty rounds. [ManyRoundsTest] starts it in a JVM of its own.
final class ManyRounds {

  private static final ImageForm FORM = new ImageForm(16, 1);

  private ManyRounds() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[0]);
    Network network =
        arguments[1].endsWith(".pt")
            ? Network.ofTorchScript(Golden.file(arguments[1]), Golden.FORM, Golden.CLASSES)
            : Network.of(Architecture.valueOf(arguments[1]), FORM, Golden.CLASSES);
    LabelledImages images = SyntheticImages.of(5, Golden.CLASSES, network.form(), 1);
    TrainingPlan plan = new TrainingPlan(null, 2, 2, 0.001, 0.9, 5e-4, 0.1, 1.0, true);
    LocalTrainer trainer = new LocalTrainer(Golden.DEVICE);
    Evaluator evaluator = new Evaluator(Golden.DEVICE);
    ModelWeights weights = network.initialWeights(1);
    for (int round = 1; round <= rounds; round++) {
      weights =
          trainer
              .train(network, weights, images, plan, LocalMethod.PLAIN, round, Progress.SILENT)
              .weights();
      evaluator.evaluate(network, weights, images, Progress.SILENT);
      if (round % 50 == 0) {
        System.out.println(SteadyJvm.residentKib());
      }
    }
  }
}
