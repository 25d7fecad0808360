package dev.kumiai.aggregation.store;

import io.quarkus.arc.InjectableInstance;
import io.quarkus.hibernate.orm.PersistenceUnit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;

/// Chooses the database that is active: which one that is, is known when the process starts, while
/// Quarkus wires both when it is built.
@Singleton
class Database {

  private final InjectableInstance<EntityManager> h2;
  private final InjectableInstance<EntityManager> postgresql;

  Database(
      @PersistenceUnit("h2") InjectableInstance<EntityManager> h2,
      @PersistenceUnit("postgresql") InjectableInstance<EntityManager> postgresql) {
    this.h2 = h2;
    this.postgresql = postgresql;
  }

  /// An entity manager is that of the transaction at each call.
  @Produces
  @ApplicationScoped
  EntityManager entities() {
    return (h2.getHandle().getBean().isActive() ? h2 : postgresql).get();
  }
}
