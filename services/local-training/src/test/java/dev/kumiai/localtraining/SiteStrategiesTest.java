package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Strategies that change the training at the sites, as real tasks.
final class SiteStrategiesTest extends CastingsAtASite {

  private static final TrainingSpec WITHOUT_MOMENTUM =
      new TrainingSpec(2, null, 8, 0.05, 0, 0, 0, null, false);

  private static TaskSpec.Train task(
      Name name, Digest global, @Nullable Digest control, @Nullable Digest counted) {
    StrategySpec strategy = new StrategySpec(name, Weighting.ALL, Map.of());
    return new TaskSpec.Train(
        MLP, DATA, WITHOUT_MOMENTUM, global, null, strategy, false, control, counted, 3, null);
  }

  @ParameterizedTest
  @EnumSource(names = {"MOON", "SCAFFOLD", "FEDDYN"})
  void whatIsRememberedOfTheUpdateThatCountedChangesTheNextTraining(Name name) throws Exception {
    Digest global = global(MLP);
    Digest counted = store(weights(task(name, global, null, null)));
    Digest next = name == Name.MOON ? global : counted(counted);

    Path going = weights(task(name, next, null, counted));

    assertThat(firstTensor(going)).isNotEqualTo(firstTensor(weights(task(name, next, null, null))));
    assertThat(Digest.of(going))
        .as("and is still there for the same task again")
        .isEqualTo(Digest.of(weights(task(name, next, null, counted))));
  }

  /// The model of an update alone, without what SCAFFOLD adds.
  private Digest counted(Digest update) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(model(update))) {
      Path model = root.resolve("model-" + update.hex());
      List<Tensor> tensors = new ArrayList<>();
      for (Tensor tensor : file.weights().tensors()) {
        if (!tensor.spec().name().startsWith(Updates.CONTROL_PREFIX)) {
          tensors.add(tensor);
        }
      }
      SafetensorsWriter.write(model, ModelWeights.of(tensors), Map.of());
      return store(model);
    }
  }

  /// A worker that is killed after any step of an attempt trains again, and one whose update came
  /// too late goes on from what did count.
  @Test
  void goesOnFromWhatCountedWhateverElseWasTrained() throws Exception {
    Digest first = global(MLP);
    Digest counted = store(weights(task(Name.SCAFFOLD, first, null, null)));
    Digest second = counted(counted);
    Digest undisturbed = Digest.of(weights(task(Name.SCAFFOLD, second, null, counted)));

    weights(task(Name.SCAFFOLD, second, null, counted)); // killed before it was sent
    Digest late = store(weights(task(Name.SCAFFOLD, first, null, counted))); // never counted
    work = worker(new SentAsTrained()); // a new process

    assertThat(late).isNotEqualTo(undisturbed);
    assertThat(Digest.of(weights(task(Name.SCAFFOLD, second, null, counted))))
        .isEqualTo(undisturbed);
  }

  @Test
  void saysWhenWhatItHasToGoOnFromIsLost() throws Exception {
    Digest global = global(MLP);
    Digest counted = store(weights(task(Name.FEDDYN, global, null, null)));
    try (Stream<Path> files = Files.list(root.resolve("plant-a/memory/" + RUN))) {
      Files.delete(files.findFirst().orElseThrow());
    }

    assertFails(
        task(Name.FEDDYN, global, null, counted),
        KumiaiException.NotFound.class,
        "site-memory-lost");
  }

  @Test
  void onlyScaffoldSendsTheChangeOfItsControlVariate() throws Exception {
    Digest global = global(MLP);

    Path scaffold = weights(task(Name.SCAFFOLD, global, null, null));
    Path feddyn = weights(task(Name.FEDDYN, global, null, null));

    List<TensorSpec> model = specs(model(global));
    List<TensorSpec> both = new ArrayList<>(model);
    both.addAll(Updates.controlSpecs(model));
    assertThat(specs(scaffold)).containsExactlyInAnyOrderElementsOf(both);
    assertThat(specs(feddyn)).isEqualTo(model);
  }

  @Test
  void followsTheServersControlVariate() throws Exception {
    Digest global = global(MLP);

    Path with = weights(task(Name.SCAFFOLD, global, global, null));

    assertThat(firstTensor(with))
        .isNotEqualTo(firstTensor(weights(task(Name.SCAFFOLD, global, null, null))));
  }

  @ParameterizedTest
  @EnumSource(names = {"FEDAVG", "FEDDECORR", "FEDSAM"})
  void leavesNothingBehindWhereNothingIsToBeRemembered(Name name) {
    weights(task(name, global(MLP), null, null));

    assertThat(root.resolve("plant-a/memory")).doesNotExist();
  }

  @Test
  void remembersItsTrainingUnderTheUpdateThatLeftTheSite() throws Exception {
    Digest global = global(MLP);
    Path plain = weights(task(Name.MOON, global, null, null));
    work = worker(SiteStrategiesTest::middle);

    Path halved = weights(task(Name.MOON, global, null, null));

    try (SafetensorsFile trained = SafetensorsFile.open(plain);
        SafetensorsFile from = SafetensorsFile.open(model(global));
        SafetensorsFile remembered = site.memory(RUN).recall(Digest.of(halved))) {
      assertThat(firstTensor(halved))
          .isEqualTo(middle(trained.weights(), from.weights()).tensors().getFirst().toFloats())
          .isNotEqualTo(firstTensor(plain));
      assertThat(remembered.weights().tensors().getFirst().toFloats())
          .isEqualTo(firstTensor(plain));
    }
  }

  private static ModelWeights middle(ModelWeights update, ModelWeights global) {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : update.tensors()) {
      float[] values = tensor.toFloats();
      float[] start = global.get(tensor.spec().name()).toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] = (values[i] + start[i]) / 2;
      }
      tensors.add(Tensor.ofFloats(tensor.spec(), values));
    }
    return ModelWeights.of(tensors);
  }

  private static List<TensorSpec> specs(Path file) throws IOException {
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      return weights.specs();
    }
  }
}
