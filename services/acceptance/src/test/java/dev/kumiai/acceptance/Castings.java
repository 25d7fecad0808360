package dev.kumiai.acceptance;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RunView;
import java.nio.file.Path;
import java.util.List;

/// Two small plants that make castings, and an evaluator, for tests in other packages.
public final class Castings {

  private final Experiment experiment;

  private Castings(Experiment experiment) {
    this.experiment = experiment;
  }

  /// Cuts the data into the sites' folders, as a user would.
  public static Castings cut(Path folder) {
    return new Castings(Experiment.castings(folder));
  }

  /// A site's folder, with its private data alone.
  public Path folder(String site) {
    return experiment.root().resolve(site);
  }

  /// The generator that these plants use.
  public static Path generator() {
    return Checkout.castingsGenerator();
  }

  /// Carries runs out on this machine, one after the other: an aggregator, a generation and a
  /// training process from the packaged jars.
  ///
  /// @param folder for what they write
  /// @param specs JSON, as `POST /api/v1/runs` takes it
  public List<RunView> runHere(Path folder, List<String> specs) {
    Experiment copy = experiment.copyTo(folder.resolve("experiment"));
    try (Aggregator aggregator = Aggregator.start(folder);
        Service training = Workers.training(aggregator, copy.root(), folder, copy.everybody());
        Service generation =
            Workers.generation(
                aggregator, copy.root(), folder, copy.sites(), generator().getParent())) {
      Workers.awaitAnnounced(aggregator, training, copy.everybody());
      List<RunView> ended =
          specs.stream().map(spec -> aggregator.awaitEnd(create(aggregator, spec))).toList();
      if (!generation.process().isAlive()) {
        throw new AssertionError(generation.said());
      }
      return ended;
    }
  }

  private static RunId create(Aggregator aggregator, String spec) {
    Answer answer = aggregator.http().postJson("runs", spec);
    if (answer.status() != 201) {
      throw new AssertionError("run refused: " + answer.status() + " " + answer.text());
    }
    return answer.as(RunView.class).run();
  }
}
