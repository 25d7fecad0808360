package dev.kumiai.cli.demo;

import dev.kumiai.cli.process.Installation.Service;
import dev.kumiai.cli.process.RunningService;
import dev.kumiai.cli.process.RunningServices;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import dev.kumiai.protocol.site.SiteView;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A federation as processes of this machine: one aggregator, one that evaluates, and for each
/// group of sites one for generation and one for training.
public final class LocalServices {

  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[^\\s,]+)");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Each counts what it has before it is there.
  private static final Duration PATIENCE_PER_SITE = Duration.ofSeconds(5);

  private static final int SECRET_BYTES = 32;

  private static final List<String> OPTIONS =
      List.of(
          "-Dquarkus.http.host=127.0.0.1",
          // Any free port; the aggregator's log tells which.
          "-Dquarkus.http.port=0");

  private final RunningServices services;
  private final Steps steps;
  private final Path work;
  private final String apiKey = secret();
  private final Map<String, String> environment;

  /// The sites of a federation.
  ///
  /// @param root a folder for each site
  /// @param groups sites that share their two processes
  /// @param evaluators measure, all in one process
  public record Sites(Path root, List<List<SiteId>> groups, List<SiteId> evaluators) {

    public Sites {
      groups = groups.stream().map(List::copyOf).toList();
      evaluators = List.copyOf(evaluators);
    }

    List<SiteId> all() {
      return Stream.concat(groups.stream().flatMap(List::stream), evaluators.stream()).toList();
    }
  }

  /// @param work folder for what the services keep; what is there already goes on
  public LocalServices(RunningServices services, Steps steps, Path work) {
    this.services = services;
    this.steps = steps;
    this.work = work;
    this.environment =
        Map.of(
            "KUMIAI_ENROLMENT_TOKEN",
            secret(),
            // Several workers share the processors: each computes on one thread.
            "OMP_NUM_THREADS",
            "1");
  }

  private static String secret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /// How sites generate.
  ///
  /// @param generators folder with the generator's file
  /// @param measures whether generated sets are measured
  public record Generation(Path generators, boolean measures) {

    String[] options() {
      return new String[] {
        "-Dkumiai.generation.generators=" + generators, "-Dkumiai.generation.measures=" + measures
      };
    }
  }

  /// Starts everything and waits until every site is there with its counts.
  ///
  /// @param generation none starts no generation
  public AggregatorClient start(Sites sites, Optional<Generation> generation) throws IOException {
    RunningService aggregation =
        services.start(
            "aggregation",
            Service.AGGREGATION,
            options("-Xmx256m", "-Dkumiai.aggregator.data=" + work.resolve("aggregator")),
            with("KUMIAI_API_KEY", apiKey));
    URI address = address(aggregation);
    worker("evaluator", Service.LOCAL_TRAINING, address, sites.root(), sites.evaluators());
    for (int i = 0; i < sites.groups().size(); i++) {
      String group = " of group " + (i + 1);
      List<SiteId> members = sites.groups().get(i);
      worker("training" + group, Service.LOCAL_TRAINING, address, sites.root(), members);
      if (generation.isPresent()) {
        worker(
            "generation" + group,
            Service.GENERATION,
            address,
            sites.root(),
            members,
            generation.get().options());
      }
    }
    AggregatorClient client = new AggregatorClient(address, Credential.of(apiKey));
    await(
        "%d services at %s".formatted(services.count(), address),
        PATIENCE.plus(PATIENCE_PER_SITE.multipliedBy(sites.all().size())),
        () -> everybodyIsThere(client, sites));
    return client;
  }

  /// The users' key is for the aggregator alone: workers get none.
  private Map<String, String> with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return more;
  }

  private void worker(
      String name, Service service, URI aggregator, Path root, List<SiteId> sites, String... more)
      throws IOException {
    List<String> options =
        Stream.of(
                options(
                    // Tensors live outside the heap; data sets, a byte per pixel, inside.
                    "-Xmx1g",
                    "-Dkumiai.aggregator.url=" + aggregator,
                    "-Dkumiai.local-training.image-cache=512M",
                    "-Dkumiai.worker.data-root=" + root,
                    "-Dkumiai.worker.work-dir=" + work.resolve("workers"),
                    "-Dkumiai.worker.sites="
                        + sites.stream().map(SiteId::value).collect(Collectors.joining(","))),
                List.of(more))
            .flatMap(List::stream)
            .toList();
    services.start(name, service, options, environment);
  }

  private static boolean everybodyIsThere(AggregatorClient client, Sites sites) {
    return client.sites().stream()
        .filter(site -> !site.datasets().isEmpty())
        .map(SiteView::site)
        .collect(Collectors.toSet())
        .containsAll(sites.all());
  }

  private static List<String> options(String... more) {
    return Stream.concat(OPTIONS.stream(), Stream.of(more)).toList();
  }

  private URI address(RunningService aggregation) {
    String[] found = {""};
    await(
        "Aggregator",
        PATIENCE,
        () -> {
          found[0] = listening(aggregation.log());
          return !found[0].isEmpty();
        });
    return URI.create(found[0]);
  }

  private void await(String what, Duration patience, BooleanSupplier done) {
    long deadline = System.nanoTime() + patience.toNanos();
    steps.await(
        what,
        () -> {
          services.requireAlive();
          if (System.nanoTime() > deadline) {
            throw new KumiaiException.Unavailable(
                "services-slow",
                "the services were not ready within %d s; their logs are in %s"
                    .formatted(patience.toSeconds(), services.logs()),
                null);
          }
          return done.getAsBoolean();
        },
        () -> "");
  }

  private static String listening(Path log) {
    try {
      Matcher matcher = LISTENING.matcher(Files.readString(log));
      return matcher.find() ? matcher.group(1) : "";
    } catch (IOException e) {
      throw new KumiaiException.Unavailable("log-unreadable", log + " cannot be read", e);
    }
  }
}
