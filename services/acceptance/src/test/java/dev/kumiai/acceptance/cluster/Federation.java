package dev.kumiai.acceptance.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.acceptance.Castings;
import dev.kumiai.acceptance.helm.ChartRelease;
import dev.kumiai.acceptance.helm.Kubectl;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A whole federation in the cluster: a release of the chart, and the sites of k8s/samples in
/// namespaces of their own with their data. All of it is gone when it was closed.
final class Federation implements AutoCloseable {

  static final List<String> SITES = List.of("site-1", "site-2", "evaluator");

  static final String RELEASE = "guild";
  static final String DEPLOYMENT = "deployment/guild-kumiai-aggregation";

  private final TestCluster test;
  private final Kubectl cluster;
  private final String namespace;
  private final Definitions definitions;
  private final SiteVolumes volumes;
  private final Thread hook = new Thread(this::clean);

  private Federation(TestCluster test) {
    // Even a test run that is broken off leaves nothing.
    Runtime.getRuntime().addShutdownHook(hook);
    this.test = test;
    this.cluster = test.kubectl();
    this.namespace = "kt-" + UUID.randomUUID().toString().substring(0, 6);
    this.definitions = Definitions.of(cluster);
    this.volumes = new SiteVolumes(cluster);
  }

  /// Installs it, and waits until each site has told what it holds.
  static Federation start(Castings data) {
    Federation federation = new Federation(TestCluster.asked());
    try {
      federation.make(data);
      federation.release().install(federation.values(""));
      federation.kubectl().runWith(federation.sites(), "apply", "--filename=-");
      federation.awaitSites();
      return federation;
    } catch (RuntimeException | AssertionError e) {
      try (federation) {
        throw e;
      }
    }
  }

  private void make(Castings data) {
    Stream.concat(Stream.of(namespace), SITES.stream().map(this::of))
        .forEach(
            name ->
                cluster.runWith(
                    """
                    apiVersion: v1
                    kind: Namespace
                    metadata:
                      name: %s
                      labels: {%s, pod-security.kubernetes.io/enforce: restricted}
                    """
                        .formatted(name, TestCluster.label()),
                    "apply",
                    "--filename=-"));
    volumes.add(namespace + "-aggregation");
    for (String site : SITES) {
      volumes.add(of(site), "data", data.folder(site));
      volumes.add(of(site), "models", Castings.generator().getParent());
    }
    definitions.refresh(test);
  }

  /// The values of the release.
  ///
  /// @param more YAML, added at the end
  String values(String more) {
    return """
        image: {pullPolicy: IfNotPresent, registry: "%s", tag: "%s"}
        persistence: {storageClass: "-", volumeName: %s-aggregation, size: 1Gi}
        kubernetes: {siteNamespaces: [%s]}
        crds: {install: %s}
        aggregation:
          javaOptions: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
          resources: {requests: {cpu: 200m, memory: 256Mi}, limits: {memory: 1Gi}}
        localTraining: &worker
          resources: {requests: {cpu: 20m, memory: 64Mi}, limits: {memory: 1500Mi}}
          env:
            - {name: JAVA_TOOL_OPTIONS, value: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m"}
        generation: *worker
        runtime: {spec: {ttlSecondsAfterFinished: 120}}
        """
            .formatted(
                TestCluster.registry(),
                TestCluster.tag(),
                namespace,
                String.join(", ", SITES.stream().map(this::of).toList()),
                !definitions.found())
        + more;
  }

  /// The sites of the sample, in this federation's namespaces.
  String sites() {
    return Samples.text("sites.yaml")
        .replaceAll("namespace: (\\S+)", "namespace: " + namespace + "-$1");
  }

  private void awaitSites() {
    for (String site : SITES) {
      kubectl().run("wait", "--for=condition=Enrolled", "--timeout=5m", "site/" + site);
      Await.until(
          site + " tells what it holds",
          () -> json("site", site).at("/status/samples").asInt() > 0,
          () -> describe("site/" + site));
    }
  }

  ChartRelease release() {
    return new ChartRelease(test.kubeconfig(), namespace, RELEASE);
  }

  /// The aggregator's.
  String namespace() {
    return namespace;
  }

  /// A site's namespace.
  String of(String site) {
    return namespace + "-" + site;
  }

  /// kubectl in the aggregator's namespace.
  Kubectl kubectl() {
    return cluster.in(namespace);
  }

  /// kubectl in a site's namespace.
  Kubectl at(String site) {
    return cluster.in(of(site));
  }

  /// kubectl in no namespace in particular.
  Kubectl cluster() {
    return cluster;
  }

  /// An object of the aggregator's namespace.
  JsonNode json(String kind, String name) {
    return Samples.json(kubectl().run("get", kind, name, "--output=json"));
  }

  String describe(String what) {
    return kubectl().run("describe", what);
  }

  /// A condition of a resource as `status/reason`, such as `True/RunCreated`; empty when it has
  /// none.
  String condition(String kind, String name, String type) {
    return condition(json(kind, name), type);
  }

  static String condition(JsonNode resource, String type) {
    for (JsonNode condition : resource.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText() + "/" + condition.path("reason").asText();
      }
    }
    return "";
  }

  /// Waits until a run is over or, where it should not end, fails; returns it as the server has it.
  JsonNode awaitEnd(String run) {
    return Await.value(
        Await.LONG,
        "run " + run + " is over",
        () -> json("federatedrun", run),
        seen -> seen.at("/status").has("completionTime"),
        () -> story("federatedrun/" + run));
  }

  /// Waits until a run is at a phase.
  JsonNode awaitPhase(String run, String phase) {
    return Await.value(
        Await.LONG,
        "run " + run + " is " + phase,
        () -> json("federatedrun", run),
        seen -> seen.at("/status/phase").asText().equals(phase),
        () -> story("federatedrun/" + run));
  }

  /// What a person would look at when something is wrong.
  String story(String what) {
    StringBuilder all = new StringBuilder(describe(what));
    for (String site : SITES) {
      all.append(at(site).run("get", "jobs,pods", "--output=wide"));
    }
    return all.append(kubectl().run("logs", DEPLOYMENT, "--tail=60")).toString();
  }

  /// Gives each site workers that are there all the time, and waits until they are ready.
  void keepWarm() {
    warm("site-1", 1, 1);
    warm("site-2", 1, 1);
    warm("evaluator", 1, 0);
    for (String site : SITES) {
      kubectl().run("wait", "--for=condition=WorkersReady", "--timeout=5m", "site/" + site);
    }
  }

  /// Takes them away.
  void letCool() {
    SITES.forEach(site -> warm(site, 0, 0));
  }

  void warm(String site, int training, int generation) {
    patch(
        "site/" + site,
        "{\"spec\":{\"warm\":{\"localTraining\":%d,\"generation\":%d}}}"
            .formatted(training, generation));
  }

  void patch(String what, String json) {
    kubectl().run("patch", what, "--type=merge", "--patch=" + json);
  }

  /// Jobs of a run, in all namespaces of sites, as `namespace/name`.
  List<String> jobsOf(JsonNode run) {
    return of("jobs", run);
  }

  /// Objects that were made for a run, in all namespaces of sites.
  List<String> of(String kinds, JsonNode run) {
    String selector = "kumiai.dev/run=" + run.at("/status/run").asText();
    return SITES.stream()
        .flatMap(
            site ->
                names(at(site).run("get", kinds, "--selector=" + selector, "--output=name"))
                    .stream()
                    .map(name -> site + " " + name))
        .toList();
  }

  /// Adds sites with the data of site-1, in its namespace, and waits until all have told what they
  /// hold.
  void addSites(List<String> sites) {
    StringBuilder manifests = new StringBuilder();
    for (String site : sites) {
      volumes.copyWithin(of("site-1") + "-data", "private", "many/" + site + "/private");
      manifests.append(
          """
          ---
          apiVersion: kumiai.dev/v1alpha1
          kind: Site
          metadata: {name: %s}
          spec: {namespace: %s, volumes: {site: {claimName: data, subPath: many/%s}}}
          """
              .formatted(site, of("site-1"), site));
    }
    kubectl().runWith(manifests.toString(), "apply", "--filename=-");
    for (String site : sites) {
      kubectl().run("wait", "--for=condition=Enrolled", "--timeout=15m", "site/" + site);
    }
  }

  /// Pods of a run's TRAIN tasks in the namespace of site-1.
  JsonNode trainingPods(JsonNode run) {
    String selector = "kumiai.dev/kind=TRAIN,kumiai.dev/run=" + run.at("/status/run").asText();
    return Samples.json(at("site-1").run("get", "pods", "--selector=" + selector, "--output=json"));
  }

  /// What the log of a pod says.
  String log(JsonNode pod) {
    return at("site-1").run("logs", pod.at("/metadata/name").asText());
  }

  /// What the REST API says, asked within the aggregator's pod by its first key.
  JsonNode rest(String path) {
    return ask("", "", path);
  }

  /// What the REST API answers to JSON.
  JsonNode post(String path, String json) {
    return ask(json, "--header 'Content-Type: application/json' --post-data \"$(cat)\"", path);
  }

  private JsonNode ask(String input, String options, String path) {
    String ask =
        "wget -q -O - --header \"Authorization: Bearer $(cat /data/api-key)\" %s http://127.0.0.1:8080/api/v1/%s"
            .formatted(options, path);
    return Samples.json(
        kubectl().runWith(input, "exec", "--stdin", DEPLOYMENT, "--", "sh", "-c", ask));
  }

  /// Jobs of a site's namespace by name.
  List<String> jobs(String site) {
    return names(at(site).run("get", "jobs", "--output=name"));
  }

  static List<String> names(String output) {
    return output.lines().filter(line -> line.contains("/")).toList();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    clean();
  }

  private void clean() {
    List<Runnable> steps = new ArrayList<>();
    for (String kind : List.of("federatedruns", "federatedrounds", "sites")) {
      steps.add(
          () -> quietly("delete", kind, "--all", "--namespace=" + namespace, "--timeout=60s"));
    }
    // What is left waits for a finalizer that nobody is there to remove any more.
    for (String kind : List.of("federatedruns", "sites")) {
      steps.add(() -> releaseFinalizers(kind));
    }
    steps.add(
        () ->
            quietly(
                Stream.concat(
                        Stream.of("delete", "namespace", "--ignore-not-found", "--timeout=180s"),
                        Stream.concat(Stream.of(namespace), SITES.stream().map(this::of)))
                    .toArray(String[]::new)));
    steps.add(volumes::close);
    steps.add(definitions::remove);
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void quietly(String... arguments) {
    try {
      cluster.run(arguments);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
    }
  }

  private void releaseFinalizers(String kind) {
    if (!definitions.areThere()) {
      return;
    }
    names(cluster.in(namespace).run("get", kind, "--output=name"))
        .forEach(
            name ->
                quietly(
                    "patch",
                    name,
                    "--namespace=" + namespace,
                    "--type=merge",
                    "--patch={\"metadata\":{\"finalizers\":null}}"));
  }
}
