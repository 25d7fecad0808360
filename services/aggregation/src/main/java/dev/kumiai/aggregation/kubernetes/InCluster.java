package dev.kumiai.aggregation.kubernetes;

import dev.kumiai.aggregation.run.JobExecution;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunEntered;
import dev.kumiai.aggregation.task.WorkAppeared;
import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.RunSignals;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;

/// What the rest of the aggregator and its Kubernetes side have to know of one another.
@Singleton
class InCluster implements JobExecution {

  private final KubernetesConfig config;
  private final RunSignals signals;

  InCluster(KubernetesConfig config, RunSignals signals) {
    this.config = config;
    this.signals = signals;
  }

  @Override
  public boolean available() {
    return config.enabled();
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) RunChanged changed) {
    signals.changed(changed.run());
  }

  void onEntered(@Observes(during = TransactionPhase.AFTER_SUCCESS) RunEntered entered) {
    signals.changed(entered.run());
  }

  void onWork(@Observes(during = TransactionPhase.AFTER_SUCCESS) WorkAppeared appeared) {
    signals.changed(appeared.run());
  }
}
