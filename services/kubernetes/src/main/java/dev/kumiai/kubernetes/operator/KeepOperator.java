package dev.kumiai.kubernetes.operator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.resource.FederatedRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps the operator going where Kubernetes is enabled: an API server that is away, at the start
/// or later, is asked again, and what changed meanwhile is seen then. The rest of the aggregator
/// does not notice.
@Singleton
public class KeepOperator {

  private static final Logger LOG = Logger.getLogger(KeepOperator.class);

  /// For ever: what is wrong may be mended elsewhere.
  private static final Retry RETRY =
      new GenericRetry()
          .setInitialInterval(1_000)
          .setIntervalMultiplier(2)
          .setMaxInterval(60_000)
          .withoutMaxAttempts();

  private final KubernetesConfig config;

  /// Not made where there is no cluster.
  private final Instance<KubernetesClient> clients;

  private final Leadership leadership;
  private final GivenResources given;
  private final Instance<Reconciler<? extends HasMetadata>> reconcilers;
  private volatile boolean configured;
  private @Nullable Operator operator;
  private @Nullable String lastTrouble;

  KeepOperator(
      KubernetesConfig config,
      Instance<KubernetesClient> clients,
      Leadership leadership,
      GivenResources given,
      @Any Instance<Reconciler<? extends HasMetadata>> reconcilers) {
    this.config = config;
    this.clients = clients;
    this.leadership = leadership;
    this.given = given;
    this.reconcilers = reconcilers;
  }

  /// A mistake in the configuration ends the process, with all of them and without a stack trace.
  void check(@Observes StartupEvent event) {
    if (!config.enabled()) {
      return;
    }
    try {
      requireConfigured();
      given.all();
      configured = true;
    } catch (KumiaiException.Invalid e) {
      LOG.error(told(e));
      Quarkus.asyncExit(1);
    }
  }

  private static String told(KumiaiException.Invalid e) {
    return Stream.concat(
            Stream.of("%s [%s]".formatted(e.getMessage(), e.code())),
            e.violations().stream().map(v -> "  " + v.where() + ": " + v.what()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private void requireConfigured() {
    List<Violation> mistakes = new ArrayList<>();
    if (config.aggregatorUrl().filter(url -> url.getHost() != null).isEmpty()) {
      mistakes.add(
          new Violation(
              "kumiai.kubernetes.aggregator-url",
              "is not set, or no address; say where worker pods find the aggregator"));
    }
    if (config.namespace().isEmpty()) {
      mistakes.add(
          new Violation(
              "kumiai.kubernetes.namespace", "is not set; name the aggregator's namespace"));
    }
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "kubernetes-configuration-invalid",
          "Kubernetes cannot be used, its configuration has mistakes",
          mistakes);
    }
  }

  @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  synchronized void tick() {
    if (!configured) {
      return;
    }
    if (operator != null && leadership.wasLost()) {
      stop(operator);
    }
    if (operator == null) {
      start();
    }
  }

  private void start() {
    KubernetesClient client = clients.get();
    try {
      // An operator that fails at its start leaves threads behind: ask something simple first.
      client
          .resources(FederatedRun.class)
          .inNamespace(config.namespace().orElseThrow())
          .list(new ListOptionsBuilder().withLimit(1L).build());
    } catch (KubernetesClientException e) {
      tell(e);
      return;
    }
    Operator fresh =
        new Operator(
            how ->
                how.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withLeaderElectionConfiguration(leadership.election(config)));
    try {
      given.apply(client);
      reconcilers.forEach(reconciler -> register(fresh, reconciler));
      fresh.start();
      operator = fresh;
      lastTrouble = null;
      LOG.infof("watches for custom resources namespace=%s", config.namespace().orElse(""));
    } catch (RuntimeException e) {
      tell(e);
    }
  }

  /// Once, however often it comes again.
  private void tell(RuntimeException e) {
    String trouble = rootMessage(e);
    if (!trouble.equals(lastTrouble)) {
      LOG.warnf("custom resources cannot be watched, trying again: %s", trouble);
      lastTrouble = trouble;
    }
  }

  private <P extends HasMetadata> void register(Operator fresh, Reconciler<P> reconciler) {
    Set<String> namespaces =
        config.watchNamespaces().orElseGet(() -> Set.of(config.namespace().orElseThrow()));
    fresh.register(
        reconciler,
        how -> {
          how.withRetry(RETRY);
          if (namespaces.contains(KubernetesConfig.ALL)) {
            how.watchingAllNamespaces();
          } else {
            how.settingNamespaces(namespaces);
          }
        });
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private void stop(Operator running) {
    try {
      running.stop();
    } catch (RuntimeException e) {
      LOG.warnf("the operator did not stop cleanly: %s", rootMessage(e));
    }
    operator = null;
  }

  synchronized void end(@Observes ShutdownEvent event) {
    if (operator != null) {
      stop(operator);
    }
  }
}
