package dev.kumiai.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.cli.run.Snapshot;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What happened in a demo, for scripts that compare seeds and arms.
final class DemoReport {

  private static final double MILLIS = 1_000;

  private DemoReport() {}

  /// Writes `{"run", "rounds", "baseline": {"run", "rounds"}, "experiment", "seconds"}`; a baseline
  /// is there after a comparison only.
  static void write(Path file, List<Snapshot> ends, Experiment experiment, Duration took)
      throws IOException {
    ObjectMapper json = KumiaiJson.mapper();
    ObjectNode report = arm(json, ends.getFirst());
    if (ends.size() > 1) {
      report.set("baseline", arm(json, ends.getLast()));
    }
    report.set("experiment", json.readTree(experiment.file().toFile()));
    report.put("seconds", took.toMillis() / MILLIS);
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
  }

  private static ObjectNode arm(ObjectMapper json, Snapshot end) {
    ObjectNode arm = json.createObjectNode();
    arm.set("run", json.valueToTree(end.run()));
    ArrayNode rounds = arm.putArray("rounds");
    end.rounds().forEach(round -> rounds.add(json.<ObjectNode>valueToTree(round)));
    return arm;
  }
}
