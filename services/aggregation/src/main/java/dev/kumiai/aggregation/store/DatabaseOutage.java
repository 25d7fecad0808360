package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.run.Outage;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;

/// By the SQLSTATE classes that H2 and PostgreSQL share.
@Singleton
class DatabaseOutage implements Outage {

  private static final String CONNECTION = "08";

  /// An operator or a crash ends the server, or it starts and takes nobody yet.
  private static final String OPERATOR = "57P";

  private static final int MOST_CAUSES = 20;

  @Override
  public boolean is(Throwable error) {
    @Nullable Throwable cause = error;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof SQLException sql && isAway(sql)) {
        return true;
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        if (suppressed instanceof SQLException sql && isAway(sql)) {
          return true;
        }
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean isAway(SQLException error) {
    String state = error.getSQLState();
    return error instanceof SQLTransientException
        || error instanceof SQLRecoverableException
        || (state != null && (state.startsWith(CONNECTION) || state.startsWith(OPERATOR)));
  }
}
