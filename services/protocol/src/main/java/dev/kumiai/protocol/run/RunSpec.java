package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.SiteId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One federated training, as a user asks for it.
///
/// @param name for people; need not be unique
/// @param seed every random draw of the run follows from it
/// @param data what is trained on
/// @param model what is trained
/// @param sites who takes part
/// @param rounds how often the sites train
/// @param training how a site trains in a round
/// @param strategy how updates become the next global model
/// @param generation what sites generate before the first round; null is the baseline without
///   generation
/// @param round when a round closes
/// @param evaluation who measures the global model; null measures nothing
/// @param retention what is kept of rounds that are over; null leaves it to the aggregator
/// @param executor who carries the tasks out
public record RunSpec(
    @NotBlank @Size(max = 128) @Pattern(regexp = "\\P{Cntrl}*") String name,
    long seed,
    @NotNull @Valid DataSpec data,
    @NotNull @Valid ModelSpec model,
    @NotEmpty @Size(max = 100_000) List<@NotNull SiteId> sites,
    @Min(1) @Max(100_000) int rounds,
    @Valid TrainingSpec training,
    @Valid StrategySpec strategy,
    @Valid @Nullable GenerationSpec generation,
    @Valid RoundSpec round,
    @Valid @Nullable EvaluationSpec evaluation,
    @Valid @Nullable RetentionSpec retention,
    Executor executor) {

  /// Who carries tasks out.
  public enum Executor {
    /// Workers that run at the sites for long and claim what there is to do.
    AGENTS,
    /// A Kubernetes Job for each task, which the aggregator launches.
    JOBS
  }

  public RunSpec {
    sites = Missing.emptyIfNull(sites);
  }

  /// A run whose tasks agents carry out.
  public RunSpec(
      String name,
      long seed,
      DataSpec data,
      ModelSpec model,
      List<SiteId> sites,
      int rounds,
      TrainingSpec training,
      StrategySpec strategy,
      @Nullable GenerationSpec generation,
      RoundSpec round,
      @Nullable EvaluationSpec evaluation,
      @Nullable RetentionSpec retention) {
    this(
        name,
        seed,
        data,
        model,
        sites,
        rounds,
        training,
        strategy,
        generation,
        round,
        evaluation,
        retention,
        Executor.AGENTS);
  }

  /// The same with other sites.
  public RunSpec withSites(List<SiteId> other) {
    return with(draft -> draft.sites = other);
  }

  /// The same with another strategy.
  public RunSpec withStrategy(StrategySpec other) {
    return with(draft -> draft.strategy = other);
  }

  /// The same, trained in another way.
  public RunSpec withTraining(TrainingSpec other) {
    return with(draft -> draft.training = other);
  }

  /// The same with another generation; null is the baseline.
  public RunSpec withGeneration(@Nullable GenerationSpec other) {
    return with(draft -> draft.generation = other);
  }

  /// The same with other rounds.
  public RunSpec withRound(RoundSpec other) {
    return with(draft -> draft.round = other);
  }

  /// The same with another retention.
  public RunSpec withRetention(RetentionSpec other) {
    return with(draft -> draft.retention = other);
  }

  /// The same, carried out by others.
  public RunSpec withExecutor(Executor other) {
    return with(draft -> draft.executor = other);
  }

  private RunSpec with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.spec();
  }

  /// What of a spec is ever changed, while it is.
  private static final class Draft {
    private final RunSpec from;
    private List<SiteId> sites;
    private TrainingSpec training;
    private StrategySpec strategy;
    private @Nullable GenerationSpec generation;
    private RoundSpec round;
    private @Nullable RetentionSpec retention;
    private Executor executor;

    private Draft(RunSpec from) {
      this.from = from;
      this.sites = from.sites;
      this.training = from.training;
      this.strategy = from.strategy;
      this.generation = from.generation;
      this.round = from.round;
      this.retention = from.retention;
      this.executor = from.executor;
    }

    private RunSpec spec() {
      return new RunSpec(
          from.name,
          from.seed,
          from.data,
          from.model,
          sites,
          from.rounds,
          training,
          strategy,
          generation,
          round,
          from.evaluation,
          retention,
          executor);
    }
  }

  @JsonCreator
  static RunSpec of(
      @JsonProperty("name") String name,
      @JsonProperty("seed") @Nullable Long seed,
      @JsonProperty("data") DataSpec data,
      @JsonProperty("model") ModelSpec model,
      @JsonProperty("sites") List<SiteId> sites,
      @JsonProperty("rounds") @Nullable Integer rounds,
      @JsonProperty("training") @Nullable TrainingSpec training,
      @JsonProperty("strategy") @Nullable StrategySpec strategy,
      @JsonProperty("generation") @Nullable GenerationSpec generation,
      @JsonProperty("round") @Nullable RoundSpec round,
      @JsonProperty("evaluation") @Nullable EvaluationSpec evaluation,
      @JsonProperty("retention") @Nullable RetentionSpec retention,
      @JsonProperty("executor") @Nullable Executor executor) {
    return new RunSpec(
        name,
        seed == null ? 0 : seed,
        data,
        model,
        sites,
        rounds == null ? 0 : rounds,
        training == null ? TrainingSpec.DEFAULT : training,
        strategy == null ? StrategySpec.DEFAULT : strategy,
        generation,
        round == null ? RoundSpec.DEFAULT : round,
        evaluation,
        retention,
        executor == null ? Executor.AGENTS : executor);
  }
}
