package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.acceptance.helm.Kubectl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the service accounts may do, by trying it: the API server's own opinion, and requests with
/// their tokens.
@Tag("cluster")
@Tag("quick")
@ExtendWith(SharedFederation.class)
class RightsIT {

  private static final String AGGREGATOR = "guild-kumiai-aggregation";

  private final Federation federation;
  @TempDir private Path folder;

  RightsIT(Federation federation) {
    this.federation = federation;
  }

  static Stream<Arguments> ofTheAggregator() {
    return Stream.of(
        Arguments.of("create", "jobs.batch", "site-1", true),
        Arguments.of("delete", "jobs.batch", "site-1", true),
        Arguments.of("watch", "pods", "site-1", true),
        Arguments.of("create", "secrets", "site-1", true),
        Arguments.of("get", "secrets", "site-1", false),
        Arguments.of("list", "secrets", "site-1", false),
        Arguments.of("watch", "secrets", "site-1", false),
        Arguments.of("update", "secrets", "site-1", false),
        Arguments.of("delete", "secrets", "site-1", false),
        Arguments.of("create", "pods", "site-1", false),
        Arguments.of("create", "pods/exec", "site-1", false),
        Arguments.of("get", "pods/log", "site-1", false),
        Arguments.of("get", "persistentvolumeclaims", "site-1", false),
        Arguments.of("get", "configmaps", "site-1", false),
        Arguments.of("create", "rolebindings.rbac.authorization.k8s.io", "site-1", false),
        Arguments.of("patch", "federatedruns.kumiai.dev", "", true),
        Arguments.of("create", "leases.coordination.k8s.io", "", true),
        Arguments.of("get", "secrets", "", false),
        Arguments.of("create", "jobs.batch", "", false),
        Arguments.of("create", "jobs.batch", "default", false),
        Arguments.of("get", "secrets", "kube-system", false),
        Arguments.of("list", "nodes", "default", false),
        Arguments.of("list", "namespaces", "default", false));
  }

  @ParameterizedTest(name = "{0} {1} in {2}: {3}")
  @MethodSource("ofTheAggregator")
  void theAggregatorMayDoWhatItNeeds(String verb, String what, String where, boolean may) {
    assertThat(canI(account(federation.namespace(), AGGREGATOR), verb, what, where))
        .isEqualTo(may ? "yes" : "no");
  }

  @Test
  void theAggregatorCannotReadSecretsThatItDoesNotOwnNorThoseThatItDoes() throws Exception {
    federation.at("site-1").run("create", "secret", "generic", "foreign", "--from-literal=a=b");
    Kubectl aggregator = as(federation.namespace(), AGGREGATOR);

    try {
      for (String namespace : List.of(federation.of("site-1"), federation.namespace())) {
        Kubectl there = aggregator.in(namespace);
        refuses(there, "get", "secrets");
        refuses(there, "get", "secret", "foreign");
        refuses(there, "get", "secrets", "--selector=app.kubernetes.io/managed-by=kumiai");
        refuses(there, "delete", "secret", "foreign");
      }
      refuses(aggregator.in("kube-system"), "get", "secrets");
      assertThat(aggregator.in(federation.of("site-1")).run("get", "jobs", "--output=name"))
          .as("what it may do works with the same token")
          .contains("announce");
    } finally {
      federation.at("site-1").run("delete", "secret", "foreign");
    }
  }

  @Test
  void aWorkersAccountCannotDoAnything() throws Exception {
    String namespace = federation.of("site-1");
    Kubectl worker = as(namespace, "default");

    for (String what :
        List.of(
            "pods", "secrets", "jobs", "configmaps", "federatedruns", "persistentvolumeclaims")) {
      assertThat(canI(account(namespace, "default"), "get", what, "site-1"))
          .as(what)
          .isEqualTo("no");
      refuses(worker.in(namespace), "get", what);
      refuses(worker.in(federation.namespace()), "get", what);
    }
    refuses(worker.in(namespace), "delete", "pods", "--all");
    refuses(worker.in(namespace), "create", "configmap", "mine");
  }

  @Test
  void aWorkersPodHasNoTokenAndPassesThePodSecurityStandardRestricted() {
    JsonNode pod =
        Samples.json(
                federation
                    .at("site-1")
                    .run("get", "pods", "--selector=kumiai.dev/site=site-1", "--output=json"))
            .at("/items/0");

    assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.at("/spec/volumes"))
        .isNotEmpty()
        .noneMatch(volume -> volume.has("projected") || volume.has("secret"));
    assertThat(pod.at("/spec/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/spec/securityContext/seccompProfile/type").asText())
        .isEqualTo("RuntimeDefault");
    JsonNode container = pod.at("/spec/containers/0/securityContext");
    assertThat(container.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
  }

  /// The network of ../shared/cluster enforces no policies, so this says what is asked for.
  @Test
  void aWorkerMayCallTheAggregatorAndTheNameServersAndNobodyElse() {
    JsonNode policies =
        Samples.json(federation.at("site-1").run("get", "networkpolicies", "--output=json"))
            .at("/items");

    assertThat(policies).hasSize(1);
    JsonNode spec = policies.at("/0/spec");
    assertThat(spec.at("/podSelector/matchLabels/kumiai.dev~1site").asText()).isEqualTo("site-1");
    assertThat(spec.at("/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
    assertThat(spec.at("/ingress")).isEmpty();
    for (JsonNode rule : spec.at("/egress")) {
      assertThat(rule.at("/to"))
          .as("no rule is open to everybody: %s", rule)
          .isNotEmpty()
          .allSatisfy(
              peer ->
                  assertThat(peer.at("/ipBlock/cidr").asText())
                      .as("%s", peer)
                      .isNotEqualTo("0.0.0.0/0"));
    }
    assertThat(spec.at("/egress"))
        .anySatisfy(
            rule ->
                assertThat(rule.at("/to").toString())
                    .contains("\"app.kubernetes.io/component\":\"aggregation\""));
  }

  private static String account(String namespace, String name) {
    return "system:serviceaccount:" + namespace + ":" + name;
  }

  /// @param where a site, the empty text for the aggregator's namespace, or another namespace
  private String canI(String account, String verb, String what, String where) {
    String namespace =
        where.isEmpty()
            ? federation.namespace()
            : Federation.SITES.contains(where) ? federation.of(where) : where;
    int slash = what.indexOf('/');
    try {
      return federation
          .cluster()
          .run(
              "auth",
              "can-i",
              verb,
              slash < 0 ? what : what.substring(0, slash),
              "--subresource=" + (slash < 0 ? "" : what.substring(slash + 1)),
              "--as=" + account,
              "--namespace=" + namespace)
          .lines()
          .toList()
          .getLast();
    } catch (IllegalStateException e) {
      // Its exit status is 1 for "no", and for what it could not ask, which it calls an error.
      String said = String.valueOf(e.getMessage());
      return said.contains("ended with 1:") && !said.toLowerCase(Locale.ROOT).contains("error")
          ? "no"
          : said;
    }
  }

  private static void refuses(Kubectl account, String... arguments) {
    assertThatThrownBy(() -> account.run(arguments))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orbidden");
  }

  /// kubectl with the token of a service account and nothing else.
  private Kubectl as(String namespace, String name) throws IOException {
    ObjectNode config =
        (ObjectNode)
            Samples.json(
                federation.cluster().run("config", "view", "--raw", "--minify", "--output=json"));
    ObjectNode user = ((ObjectNode) config.at("/users/0")).putObject("user");
    user.put("token", token(namespace, name));
    Path file = folder.resolve(name + ".json");
    Files.writeString(file, config.toString());
    return Kubectl.of(file);
  }

  /// Servers before 1.24 keep it in a Secret.
  private String token(String namespace, String name) {
    Kubectl there = federation.cluster().in(namespace);
    String secret =
        there.run("get", "serviceaccount", name, "--output=jsonpath={.secrets[0].name}");
    if (secret.isEmpty()) {
      return there.run("create", "token", name).strip();
    }
    String token = there.run("get", "secret", secret, "--output=jsonpath={.data.token}");
    return new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
  }
}
