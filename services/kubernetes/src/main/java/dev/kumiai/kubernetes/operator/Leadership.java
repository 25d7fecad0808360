package dev.kumiai.kubernetes.operator;

import dev.kumiai.kubernetes.KubernetesConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// Which replica reconciles: the one that holds the lease `kumiai-aggregation`.
@Singleton
public class Leadership {

  /// Name of the lease in the aggregator's namespace.
  public static final String LEASE = "kumiai-aggregation";

  private static final Logger LOG = Logger.getLogger(Leadership.class);

  /// In units of the lease: when a leader that cannot renew it stops, and how often it tries.
  private static final double RENEW_DEADLINE = 2.0 / 3;

  private static final double RETRY_PERIOD = 2.0 / 15;

  private final AtomicBoolean leading = new AtomicBoolean();
  private final AtomicBoolean lost = new AtomicBoolean();

  /// Whether this replica leads.
  public boolean isLeading() {
    return leading.get();
  }

  /// Whether this replica led and does no more, once.
  boolean wasLost() {
    return lost.getAndSet(false);
  }

  LeaderElectionConfiguration election(KubernetesConfig config) {
    Duration lease = config.leaseDuration();
    return new LeaderElectionConfiguration(
        LEASE,
        config.namespace().orElse(null),
        lease,
        share(lease, RENEW_DEADLINE),
        share(lease, RETRY_PERIOD),
        config.identity().orElseGet(() -> UUID.randomUUID().toString()),
        new LeaderCallbacks(this::begin, this::end, leader -> LOG.infof("leader=%s", leader)),
        false);
  }

  private static Duration share(Duration lease, double share) {
    return Duration.ofMillis(Math.round(lease.toMillis() * share));
  }

  private void begin() {
    leading.set(true);
    LOG.info("leads: reconciles from now on");
  }

  private void end() {
    if (leading.getAndSet(false)) {
      lost.set(true);
      LOG.warn("leads no more: another replica reconciles, or the API server is away");
    }
  }
}
