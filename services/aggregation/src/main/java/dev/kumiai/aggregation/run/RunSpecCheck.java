package dev.kumiai.aggregation.run;

import dev.kumiai.aggregation.config.SiteConfig;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RetentionSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.TrainingSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds everything that is wrong with a spec: its form, what contradicts itself, and what does not
/// fit the sites or the models that are here.
///
/// A check looks only at parts whose form is right, so that one mistake is not reported twice.
@ApplicationScoped
public class RunSpecCheck {

  private static final int SMALLEST_BUILT_IN_IMAGE = 16;
  private static final int GREY = 1;
  private static final int RGB = 3;

  private final FormCheck formCheck;
  private final SiteCheck siteCheck;
  private final InitialModelCheck initialModelCheck;
  private final JobExecution jobs;
  private final SiteConfig siteConfig;

  RunSpecCheck(
      FormCheck formCheck,
      SiteCheck siteCheck,
      InitialModelCheck initialModelCheck,
      JobExecution jobs,
      SiteConfig siteConfig) {
    this.formCheck = formCheck;
    this.siteCheck = siteCheck;
    this.initialModelCheck = initialModelCheck;
    this.jobs = jobs;
    this.siteConfig = siteConfig;
  }

  /// Looks for mistakes.
  ///
  /// @param known mistakes found while the spec was read, by JSON pointer
  /// @return them and all others
  public List<Violation> violations(RunSpec spec, List<Violation> known) {
    List<Violation> ofForm = new ArrayList<>(known);
    formCheck.violations(spec).stream()
        .filter(found -> known.stream().noneMatch(other -> other.where().equals(found.where())))
        .forEach(ofForm::add);
    List<Violation> violations = new ArrayList<>();
    Parts wrong = new Parts(ofForm);
    if (wrong.clean("/executor")) {
      executor(spec.executor(), violations);
    }
    if (wrong.clean("/training")) {
      training(spec.training(), violations);
    }
    if (wrong.clean("/data")) {
      data(spec.data(), violations);
    }
    if (wrong.clean("/model")) {
      model(spec.model(), violations);
    }
    if (wrong.clean("/retention") && spec.retention() != null) {
      retention(spec.retention(), violations);
    }
    GenerationCheck.check(spec, wrong::clean, violations);
    if (wrong.clean("/model") && wrong.clean("/data")) {
      imageSize(spec, violations);
      initialModelCheck.check(spec, violations);
    }
    strategy(spec, wrong, violations);
    if (wrong.clean("/sites")) {
      unique(spec.sites(), "/sites/", violations);
    }
    if (wrong.clean("/round")) {
      round(spec.round(), spec.sites().size(), wrong.clean("/sites"), violations);
    }
    if (wrong.clean("/evaluation") && spec.evaluation() != null) {
      unique(spec.evaluation().sites(), "/evaluation/sites/", violations);
    }
    if (wrong.clean("/sites") && wrong.clean("/data")) {
      siteCheck.participants(spec, violations);
      if (violations.isEmpty()
          && wrong.clean("/generation")
          && wrong.clean("/training")
          && wrong.clean("/strategy")) {
        siteCheck.nothingToTrainOn(spec, violations);
      }
    }
    if (wrong.clean("/evaluation") && wrong.clean("/data")) {
      siteCheck.evaluators(spec, violations);
    }
    violations.addAll(0, ofForm);
    return violations;
  }

  private static void strategy(RunSpec spec, Parts wrong, List<Violation> violations) {
    if (!wrong.clean("/strategy/name")) {
      return;
    }
    int before = violations.size();
    StrategyCheck.parameters(spec.strategy(), violations);
    if (violations.size() > before || !wrong.clean("/strategy")) {
      return;
    }
    StrategyCheck.weighting(spec.strategy(), violations);
    if (wrong.clean("/training")) {
      StrategyCheck.training(spec.strategy(), spec.training(), violations);
    }
    if (wrong.clean("/model")) {
      StrategyCheck.model(spec.strategy(), spec.model(), violations);
      if (wrong.clean("/training")) {
        StrategyCheck.generatorTraining(spec.model(), spec.training(), violations);
      }
    }
    if (wrong.clean("/sites") && wrong.clean("/round")) {
      StrategyCheck.updates(spec, violations);
      AsynchronousRounds.mistakes(spec, violations);
    }
  }

  /// Which parts of a spec hold a mistake of form.
  private record Parts(List<Violation> known) {
    boolean clean(String part) {
      return known.stream()
          .map(Violation::where)
          .noneMatch(
              where -> where.isEmpty() || where.equals(part) || where.startsWith(part + "/"));
    }
  }

  private void executor(RunSpec.Executor executor, List<Violation> violations) {
    if (executor != RunSpec.Executor.JOBS) {
      return;
    }
    if (!jobs.available()) {
      violations.add(
          new Violation(
              "/executor",
              "is JOBS, and this aggregator launches no Jobs: set kumiai.kubernetes.enabled where it runs in a cluster, or choose AGENTS"));
    } else if (siteConfig.clientCertificates() == SiteConfig.Certificates.REQUIRED) {
      violations.add(
          new Violation(
              "/executor",
              "is JOBS, and this aggregator asks workers for TLS client certificates, which Jobs do not have: choose AGENTS, or set kumiai.sites.client-certificates to off"));
    }
  }

  private static void training(TrainingSpec training, List<Violation> violations) {
    if (training.epochs() != null && training.steps() != null) {
      violations.add(
          new Violation(
              "/training/steps", "contradicts epochs: give the length of a round in one of them"));
    }
  }

  private static void retention(RetentionSpec retention, List<Violation> violations) {
    boolean byRounds = retention.updates() == RetentionSpec.Updates.LAST_ROUNDS;
    if (byRounds && retention.rounds() == null) {
      violations.add(
          new Violation("/retention/rounds", "is missing: LAST_ROUNDS needs to know how many"));
    }
    if (!byRounds && retention.rounds() != null) {
      violations.add(
          new Violation(
              "/retention/rounds",
              "contradicts the updates " + retention.updates() + ", which go by no rounds"));
    }
  }

  private static void data(DataSpec data, List<Violation> violations) {
    unique(data.classes(), "/data/classes/", violations);
    if (data.channels() != GREY && data.channels() != RGB) {
      violations.add(new Violation("/data/channels", "must be 1 (grey) or 3 (RGB)"));
    }
  }

  private static void model(ModelSpec model, List<Violation> violations) {
    boolean script = model.architecture() == ModelSpec.Architecture.TORCHSCRIPT;
    if (script && model.torchScript() == null) {
      violations.add(
          new Violation("/model/torchScript", "is missing: TORCHSCRIPT needs its file's digest"));
    }
    if (!script && model.torchScript() != null) {
      violations.add(
          new Violation(
              "/model/torchScript",
              "contradicts the architecture " + model.architecture() + ", which needs no file"));
    }
  }

  private static void imageSize(RunSpec spec, List<Violation> violations) {
    if (spec.model().architecture() != ModelSpec.Architecture.TORCHSCRIPT
        && spec.data().imageSize() < SMALLEST_BUILT_IN_IMAGE) {
      violations.add(
          new Violation(
              "/data/imageSize",
              "must be at least %d for %s"
                  .formatted(SMALLEST_BUILT_IN_IMAGE, spec.model().architecture())));
    }
  }

  private static void round(
      RoundSpec round, int sites, boolean sitesKnown, List<Violation> violations) {
    Integer aimed = round.sitesPerRound();
    if (sitesKnown && aimed != null && aimed > sites) {
      violations.add(
          new Violation(
              "/round/sitesPerRound",
              "is %d, and the run has %d sites: lower it, or name more sites"
                  .formatted(aimed, sites)));
      return;
    }
    boolean spare = aimed != null && (!sitesKnown || aimed < sites);
    if (round.overSelection() > 0 && !spare) {
      violations.add(
          new Violation(
              "/round/overSelection",
              "has no effect where a round asks all sites: give a sitesPerRound below their number, or leave it out"));
    }
  }

  private static void unique(List<?> values, String where, List<Violation> violations) {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        violations.add(
            new Violation(where + i, "'" + values.get(i) + "' is there already: name it once"));
      }
    }
  }
}
