package dev.kumiai.acceptance;

import dev.kumiai.core.SiteId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Worker processes.
final class Workers {

  private Workers() {}

  static Service training(Aggregator aggregator, Path dataRoot, Path folder, List<SiteId> sites) {
    return training(aggregator, dataRoot, folder, sites, List.of());
  }

  /// @param jvm further options for its JVM
  static Service training(
      Aggregator aggregator, Path dataRoot, Path folder, List<SiteId> sites, List<String> jvm) {
    return worker("local-training", aggregator, dataRoot, folder, sites, Map.of(), jvm);
  }

  /// @param generators folder with generator files
  static Service generation(
      Aggregator aggregator, Path dataRoot, Path folder, List<SiteId> sites, Path generators) {
    return generation(aggregator, dataRoot, folder, sites, generators, List.of());
  }

  /// @param jvm further options for its JVM
  static Service generation(
      Aggregator aggregator,
      Path dataRoot,
      Path folder,
      List<SiteId> sites,
      Path generators,
      List<String> jvm) {
    return worker(
        "generation",
        aggregator,
        dataRoot,
        folder,
        sites,
        Map.of("kumiai.generation.generators", generators.toString()),
        jvm);
  }

  /// A training process that does one thing and ends.
  ///
  /// @param more further configuration
  static Service once(
      String what,
      Aggregator aggregator,
      Path dataRoot,
      Path folder,
      List<SiteId> sites,
      Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(Map.of("kumiai.worker.once", what));
    properties.putAll(more);
    return worker("local-training", aggregator, dataRoot, folder, sites, properties, List.of());
  }

  private static Service worker(
      String module,
      Aggregator aggregator,
      Path dataRoot,
      Path folder,
      List<SiteId> sites,
      Map<String, String> more,
      List<String> jvm) {
    Map<String, String> properties = new HashMap<>();
    properties.put("quarkus.http.port", "0");
    properties.put("kumiai.aggregator.url", aggregator.address().toString());
    properties.put("kumiai.enrolment-token", Aggregator.TOKEN);
    properties.put("kumiai.worker.data-root", dataRoot.toString());
    properties.put("kumiai.worker.work-dir", folder.resolve("work").toString());
    properties.put(
        "kumiai.worker.sites", sites.stream().map(SiteId::value).collect(Collectors.joining(",")));
    properties.putAll(more);
    return Service.start(module, module, folder, jvm, properties);
  }

  /// Waits until the aggregator knows what each of these sites holds.
  static void awaitAnnounced(Aggregator aggregator, Service worker, List<SiteId> sites) {
    worker.await(
        "all sites announced",
        () ->
            aggregator.sites().stream()
                .filter(site -> !site.datasets().isEmpty())
                .map(site -> site.site())
                .toList()
                .containsAll(sites));
  }
}
