package dev.kumiai.protocol.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything a worker has to know to do one task; nothing else is asked for on the way.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskSpec.Initialize.class, name = "INITIALIZE"),
  @JsonSubTypes.Type(value = TaskSpec.Generate.class, name = "GENERATE"),
  @JsonSubTypes.Type(value = TaskSpec.Train.class, name = "TRAIN"),
  @JsonSubTypes.Type(value = TaskSpec.Evaluate.class, name = "EVALUATE")
})
public sealed interface TaskSpec {

  /// The kind, which JSON carries as `kind`.
  @JsonIgnore
  default TaskKind kind() {
    return switch (this) {
      case Initialize _ -> TaskKind.INITIALIZE;
      case Generate _ -> TaskKind.GENERATE;
      case Train _ -> TaskKind.TRAIN;
      case Evaluate _ -> TaskKind.EVALUATE;
    };
  }

  /// Make the first weights: same seed, same weights.
  ///
  /// @param seed derived from the run's seed
  record Initialize(ModelSpec model, DataSpec data, long seed) implements TaskSpec {}

  /// Make this site's generated data set and keep it at home.
  ///
  /// @param planDigest names the set: the digest of everything it follows from; a finished set of
  ///   that name is reused
  /// @param budget samples to make per class; classes without an entry get none
  /// @param seed derived from the run's seed for this site
  record Generate(
      Digest planDigest,
      DataSpec data,
      GenerationSpec generation,
      Map<String, Integer> budget,
      long seed)
      implements TaskSpec {

    public Generate {
      budget = Collections.unmodifiableSortedMap(new TreeMap<>(budget));
    }
  }

  /// Train the global model on private and generated data.
  ///
  /// @param global digest of the global model's weights
  /// @param planDigest the generated set to add; null trains on private data alone
  /// @param strategy of the run, whose half at the sites this training follows, and which says
  ///   which examples the update's `examples` counts
  /// @param initialLoss the update has to tell the loss of the global model over the data trained
  ///   on
  /// @param control digest of the server's control variate; null where the strategy has none, and
  ///   in the first round, when it is 0
  /// @param counted digest of this site's newest update that counted in this run, after which the
  ///   site has to stand as it goes on; null before its first
  /// @param seed derived from the run's seed for this round and site
  /// @param labelSeed of the permutation of the generated samples' labels, the same in every round;
  ///   null where they keep their labels
  record Train(
      ModelSpec model,
      DataSpec data,
      TrainingSpec training,
      Digest global,
      @Nullable Digest planDigest,
      StrategySpec strategy,
      boolean initialLoss,
      @Nullable Digest control,
      @Nullable Digest counted,
      long seed,
      @Nullable Long labelSeed)
      implements TaskSpec {}

  /// Measure the global model.
  ///
  /// @param data the data set to measure on, in the form the model was trained with
  /// @param global digest of the global model's weights
  record Evaluate(ModelSpec model, DataSpec data, Digest global) implements TaskSpec {}
}
