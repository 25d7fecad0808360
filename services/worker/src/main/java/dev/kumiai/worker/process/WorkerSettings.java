package dev.kumiai.worker.process;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.SiteId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A worker's configuration, checked: every mistake is found at the start and told in one answer.
///
/// @param claimWait zero where several sites share the process
/// @param once null for a process that works until it is told to stop
record WorkerSettings(
    URI aggregator,
    String enrolmentToken,
    Path dataRoot,
    List<SiteId> sites,
    Path workDir,
    Duration claimWait,
    @Nullable Once once) {

  private static final int MOST_THREADS = 1024;
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  WorkerSettings {
    sites = List.copyOf(sites);
  }

  @Override
  public String toString() {
    return "WorkerSettings[aggregator=" + aggregator + ", sites=" + sites + "]";
  }

  static WorkerSettings check(
      AggregatorConfig aggregator, Optional<String> enrolmentToken, WorkerConfig worker) {
    List<Violation> mistakes = new ArrayList<>();
    URI url = aggregator.url().orElse(URI.create(""));
    if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
      mistakes.add(
          new Violation(
              "kumiai.aggregator.url",
              aggregator.url().isEmpty()
                  ? "is not set; give the aggregator's address"
                  : "is no http or https address"));
    }
    if (enrolmentToken.filter(token -> !token.isBlank()).isEmpty()) {
      mistakes.add(
          new Violation(
              "kumiai.enrolment-token",
              "is not set; give the token that the aggregator's operator handed out"));
    }
    Path root = dataRoot(worker, mistakes);
    List<SiteId> sites = sites(worker, root, mistakes);
    Once once = once(worker, sites.size(), mistakes);
    checkBounds(worker, mistakes);
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "worker-configuration-invalid",
          "the worker cannot start, its configuration has mistakes",
          mistakes);
    }
    return new WorkerSettings(
        url,
        enrolmentToken.orElseThrow(),
        root,
        sites,
        worker.workDir().orElse(root.resolve(".kumiai")),
        sites.size() == 1 ? worker.claimWait() : Duration.ZERO,
        once);
  }

  private static @Nullable Once once(WorkerConfig worker, int sites, List<Violation> mistakes) {
    String name = worker.once().map(String::strip).filter(text -> !text.isEmpty()).orElse(null);
    if (name == null) {
      return null;
    }
    Once once = Once.of(name).orElse(null);
    if (once == null) {
      mistakes.add(
          new Violation("kumiai.worker.once", "is task or announce, or not set, not " + name));
    } else if (once == Once.TASK && sites > 1) {
      mistakes.add(
          new Violation(
              "kumiai.worker.once",
              "a task is one site's, and kumiai.worker.sites names %d".formatted(sites)));
    }
    return once;
  }

  private static Path dataRoot(WorkerConfig worker, List<Violation> mistakes) {
    Path root = worker.dataRoot().orElse(Path.of(""));
    if (worker.dataRoot().isEmpty()) {
      mistakes.add(
          new Violation(
              "kumiai.worker.data-root", "is not set; name the folder that holds the sites' data"));
    } else if (!Files.isDirectory(root)) {
      mistakes.add(
          new Violation("kumiai.worker.data-root", "there is no folder " + root.toAbsolutePath()));
    }
    return root;
  }

  private static List<SiteId> sites(WorkerConfig worker, Path root, List<Violation> mistakes) {
    List<SiteId> sites = new ArrayList<>();
    for (String name : worker.sites().orElse(List.of())) {
      try {
        SiteId site = new SiteId(name.strip());
        if (sites.contains(site)) {
          mistakes.add(new Violation("kumiai.worker.sites", "names " + site + " twice"));
        } else if (Files.isDirectory(root) && !Files.isDirectory(root.resolve(site.value()))) {
          mistakes.add(
              new Violation(
                  "kumiai.worker.sites",
                  "there is no folder "
                      + root.resolve(site.value()).toAbsolutePath()
                      + "; make it, with the site's data in private/<data set>"));
        }
        sites.add(site);
      } catch (KumiaiException.Invalid e) {
        mistakes.add(new Violation("kumiai.worker.sites", String.valueOf(e.getMessage())));
      }
    }
    if (worker.sites().orElse(List.of()).isEmpty()) {
      mistakes.add(
          new Violation("kumiai.worker.sites", "is not set; name the sites, separated by commas"));
    }
    return sites;
  }

  private static void checkBounds(WorkerConfig worker, List<Violation> mistakes) {
    if (worker.threads() < 1 || worker.threads() > MOST_THREADS) {
      mistakes.add(
          new Violation("kumiai.worker.threads", "is from 1 to 1024, not " + worker.threads()));
    }
    if (worker.claimWait().compareTo(SHORTEST_WAIT) < 0
        || worker.claimWait().compareTo(LONGEST_WAIT) > 0) {
      mistakes.add(
          new Violation(
              "kumiai.worker.claim-wait",
              "is from 1 to 60 seconds, not " + worker.claimWait().toMillis() + " ms"));
    }
  }
}
