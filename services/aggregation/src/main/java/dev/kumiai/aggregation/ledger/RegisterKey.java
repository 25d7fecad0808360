package dev.kumiai.aggregation.ledger;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Notes in the database with which key this aggregator signs, before it signs a run.
@Singleton
class RegisterKey {

  private final SigningKey key;
  private final LedgerStore store;
  private final Clock clock;

  RegisterKey(SigningKey key, LedgerStore store, Clock clock) {
    this.key = key;
    this.store = store;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    QuarkusTransaction.requiringNew().run(() -> store.register(key.publicKey(), clock.instant()));
  }
}
