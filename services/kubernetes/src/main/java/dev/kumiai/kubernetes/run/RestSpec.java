package dev.kumiai.kubernetes.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.core.Digest;
import dev.kumiai.kubernetes.resource.Executor;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunSpec;
import dev.kumiai.kubernetes.resource.RoundTrigger;
import dev.kumiai.kubernetes.resource.RuntimeRef;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The spec of a FederatedRun as the REST API takes it, and the other way round.
final class RestSpec {

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private RestSpec() {}

  /// @param sites who takes part, where a selector chose them
  static ObjectNode of(FederatedRun run, List<String> sites) {
    FederatedRunSpec spec = run.getSpec();
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    rest.put("name", Objects.requireNonNullElse(spec.name(), run.getMetadata().getName()));
    rest.put("seed", spec.seed());
    set(rest, "data", spec.data());
    set(rest, "model", spec.model());
    sites.forEach(rest.putArray("sites")::add);
    rest.put("rounds", spec.rounds());
    set(rest, "training", spec.training());
    set(rest, "strategy", spec.strategy());
    set(rest, "generation", spec.generation());
    set(rest, "round", spec.round());
    set(rest, "evaluation", spec.evaluation());
    set(rest, "retention", spec.retention());
    rest.put("executor", executor(spec).name());
    if (!(rest.get("round") instanceof ObjectNode round)) {
      rest.putObject("round").put("trigger", trigger(spec).name());
    } else {
      round.put("trigger", trigger(spec).name());
    }
    rest.properties().removeIf(property -> property.getValue().isNull());
    return rest;
  }

  private static void set(ObjectNode rest, String field, @Nullable JsonNode value) {
    if (value != null) {
      rest.set(field, value.deepCopy());
    }
  }

  static Executor executor(FederatedRunSpec spec) {
    return Objects.requireNonNullElse(spec.executor(), Executor.AGENTS);
  }

  static RoundSpec.Trigger trigger(FederatedRunSpec spec) {
    return spec.roundTrigger() == RoundTrigger.MANUAL
        ? RoundSpec.Trigger.MANUAL
        : RoundSpec.Trigger.AUTOMATIC;
  }

  /// The sites that take part or measure, by name, whatever else is wrong with the spec.
  static List<String> everySite(FederatedRunSpec spec, List<String> sites) {
    List<String> all = new ArrayList<>(sites);
    if (spec.evaluation() != null) {
      StreamSupport.stream(spec.evaluation().path("sites").spliterator(), false)
          .map(JsonNode::asText)
          .filter(site -> !all.contains(site))
          .forEach(all::add);
    }
    return all;
  }

  /// Tells whether what may not change has changed.
  static String digest(FederatedRun run) {
    FederatedRunSpec spec = run.getSpec();
    ObjectNode fixed = JSON.valueToTree(spec);
    fixed.remove(
        List.of("suspend", "roundTrigger", "ttlSecondsAfterFinished", "roundsHistoryLimit"));
    return Digest.of(fixed.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /// The spec of a resource for a run that was created by REST.
  static FederatedRunSpec resource(RunSpec spec) {
    ObjectNode rest = JSON.valueToTree(spec);
    if (rest.get("round") instanceof ObjectNode round) {
      round.remove("trigger");
    }
    rest.properties().removeIf(property -> property.getValue().isNull());
    return new FederatedRunSpec(
        spec.name(),
        spec.seed(),
        rest.get("data"),
        rest.get("model"),
        spec.sites().stream().map(Object::toString).toList(),
        null,
        spec.rounds(),
        withoutNulls(rest.get("training")),
        withoutNulls(rest.get("strategy")),
        withoutNulls(rest.get("generation")),
        withoutNulls(rest.get("round")),
        withoutNulls(rest.get("evaluation")),
        withoutNulls(rest.get("retention")),
        spec.executor() == RunSpec.Executor.JOBS ? Executor.JOBS : Executor.AGENTS,
        null,
        spec.round().trigger() == RoundSpec.Trigger.MANUAL
            ? RoundTrigger.MANUAL
            : RoundTrigger.AUTOMATIC,
        null,
        null,
        (RuntimeRef) null);
  }

  /// The API server takes no null where the schema says a number.
  private static @Nullable JsonNode withoutNulls(@Nullable JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(property -> property.getValue().isNull());
      object.forEach(RestSpec::withoutNulls);
    }
    return node;
  }
}
