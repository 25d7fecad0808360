package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.run.Outage;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// By the SQLSTATE classes that H2 and PostgreSQL share.
@Singleton
class DatabaseOutage implements Outage {

  private static final String CONNECTION = "08";

  /// An operator or a crash ends the server, or it starts and takes nobody yet.
  private static final String OPERATOR = "57P";

  /// PostgreSQL's; H2 has none for it.
  private static final String DISK_FULL = "53100";

  private static final int MOST_CAUSES = 20;

  @Override
  public boolean is(Throwable error) {
    return any(error, DatabaseOutage::isAway);
  }

  @Override
  public boolean isFull(Throwable error) {
    return any(error, sql -> DISK_FULL.equals(sql.getSQLState()));
  }

  private static boolean any(Throwable error, Predicate<SQLException> wanted) {
    @Nullable Throwable cause = error;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof SQLException sql && wanted.test(sql)) {
        return true;
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        if (suppressed instanceof SQLException sql && wanted.test(sql)) {
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
