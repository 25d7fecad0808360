package dev.kumiai.aggregation.store;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;
import io.quarkus.runtime.PreventFurtherStepsException;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/// An H2 file is for one process. A second one is told so in a sentence, before the migrations fail
/// over it with a stack trace.
@Singleton
@FlywayDataSource("h2")
class SoleProcess implements FlywayConfigurationCustomizer {

  @Override
  public void customize(FluentConfiguration migrations) {
    @Nullable DataSource database = migrations.getDataSource();
    if (database == null) {
      return;
    }
    try (Connection _ = database.getConnection()) {
      return;
    } catch (SQLException e) {
      if (e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
        throw new PreventFurtherStepsException(
            "Another aggregator uses the data folder (kumiai.aggregator.data): give this one another"
                + " folder, or run several on one PostgreSQL (QUARKUS_PROFILE=postgresql)."
                + " [data-folder-in-use]",
            1);
      }
      // Whatever else it is, the migrations tell.
    }
  }
}
