package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Measures what a round costs beyond the training: rounds of one batch of a tiny model, by Jobs
/// and by warm workers. `KUMIAI_CLUSTER_TESTS=overhead ./kumiai test-cluster` prints the table of
/// docs/results.md.
@Tag("overhead")
@ExtendWith(SharedFederation.class)
class RoundOverheadIT {

  private static final int MOST = 50;
  private static final int MOST_WARM = 10;
  private static final Pattern STARTED = Pattern.compile("started in ([0-9.]+)s");
  private static final String HEADER =
      "| workers | sites | rounds | seconds per round, median | to the container's start | in the container | of it until the JVM is up |";

  private final Federation federation;
  private final List<String> table = new ArrayList<>();

  RoundOverheadIT(Federation federation) {
    this.federation = federation;
  }

  @Test
  void tellsSecondsPerRound() {
    List<String> sites = IntStream.rangeClosed(1, MOST).mapToObj("many-%d"::formatted).toList();
    List<String> some = sites.subList(0, MOST_WARM);
    federation.addSites(some);
    measure("Jobs", sites.subList(0, 1), "jobs", 5);
    measure("Jobs", some, "jobs", 3);
    keepWarm(some, 1);
    measure("warm", sites.subList(0, 1), "agents", 5);
    measure("warm", some, "agents", 5);
    keepWarm(some, 0);
    federation.addSites(sites.subList(MOST_WARM, MOST));
    measure("Jobs", sites, "jobs", 2);

    System.out.println(HEADER);
    System.out.println("| --- ".repeat(7) + "|");
    table.forEach(System.out::println);
    assertThat(table).hasSize(5);
  }

  private void keepWarm(List<String> sites, int workers) {
    sites.forEach(site -> federation.warm(site, workers, 0));
    for (String site : sites) {
      if (workers > 0) {
        federation
            .kubectl()
            .run("wait", "--for=condition=WorkersReady", "--timeout=10m", "site/" + site);
      }
    }
  }

  private void measure(String who, List<String> sites, String executor, int rounds) {
    String run = "overhead-%s-%d".formatted(executor, sites.size());
    String manifest =
        Samples.run(
            run,
            spec -> {
              spec.put("executor", executor).put("rounds", rounds).remove("evaluation");
              sites.forEach(spec.putArray("sites")::add);
              ObjectNode data = (ObjectNode) spec.get("data");
              data.put("imageSize", 16);
              // Site-1 holds none of these, and all sites have its data.
              ((ArrayNode) data.get("classes")).removeIf(name -> name.asText().equals("scratch"));
            });
    federation.kubectl().runWith(manifest, "apply", "--filename=-");
    JsonNode ended =
        Await.value(
            Duration.ofMinutes(30),
            run + " is over",
            () -> federation.json("federatedrun", run),
            seen -> seen.at("/status").has("completionTime"),
            () -> federation.story("federatedrun/" + run));
    assertThat(Federation.condition(ended, "Succeeded"))
        .as(federation.story("federatedrun/" + run))
        .startsWith("True/");
    List<Double> seconds = new ArrayList<>();
    ended.at("/status/lastRounds").forEach(round -> seconds.add(round.at("/seconds").asDouble()));
    table.add(row(who, sites.size(), rounds, seconds, pods(ended)));
    System.out.println(table.getLast());
  }

  private String row(String who, int sites, int rounds, List<Double> seconds, List<JsonNode> pods) {
    String line = "| %s | %d | %d | %s |".formatted(who, sites, rounds, tell(seconds));
    return line
        + " %s | %s | %s |"
            .formatted(
                tell(each(pods, pod -> between(created(pod), started(pod)))),
                tell(each(pods, pod -> between(started(pod), ended(pod)))),
                tell(each(pods, this::untilUp)));
  }

  private List<JsonNode> pods(JsonNode run) {
    List<JsonNode> pods = new ArrayList<>();
    federation
        .trainingPods(run)
        .at("/items")
        .forEach(
            pod -> {
              if (!ended(pod).isEmpty()) {
                pods.add(pod);
              }
            });
    return pods;
  }

  private static List<Double> each(List<JsonNode> pods, Function<JsonNode, Double> figure) {
    return pods.stream().map(figure).toList();
  }

  /// As Quarkus says it, which counts from the start of the JVM on.
  private double untilUp(JsonNode pod) {
    Matcher said = STARTED.matcher(federation.log(pod));
    return said.find() ? Double.parseDouble(said.group(1)) : Double.NaN;
  }

  private static String created(JsonNode pod) {
    return pod.at("/metadata/creationTimestamp").asText();
  }

  private static String started(JsonNode pod) {
    return pod.at("/status/containerStatuses/0/state/terminated/startedAt").asText();
  }

  private static String ended(JsonNode pod) {
    return pod.at("/status/containerStatuses/0/state/terminated/finishedAt").asText();
  }

  private static double between(String from, String to) {
    return Duration.between(Instant.parse(from), Instant.parse(to)).toMillis() / 1_000.0;
  }

  private static String tell(List<Double> figures) {
    if (figures.isEmpty()) {
      return "-";
    }
    List<Double> sorted = figures.stream().sorted().toList();
    return String.format(Locale.ROOT, "%.1f", sorted.get(sorted.size() / 2));
  }
}
