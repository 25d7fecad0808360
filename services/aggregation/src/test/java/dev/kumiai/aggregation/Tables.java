package dev.kumiai.aggregation;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.Dependent;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hibernate.Session;

/// The database as somebody with its password sees it.
@Dependent
class Tables {

  private final EntityManager em;

  Tables(EntityManager em) {
    this.em = em;
  }

  /// Something that is done with a connection, in a transaction.
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  <T> T call(Work<T> work) {
    return QuarkusTransaction.requiringNew()
        .call(() -> em.unwrap(Session.class).doReturningWork(work::with));
  }

  int update(String sql, Object... parameters) {
    return call(
        connection -> {
          try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
          }
        });
  }

  /// Rows as lists of their columns' text.
  List<List<String>> query(String sql, Object... parameters) {
    return call(
        connection -> {
          try (PreparedStatement statement = prepare(connection, sql, parameters);
              ResultSet cursor = statement.executeQuery()) {
            List<List<String>> rows = new ArrayList<>();
            while (cursor.next()) {
              List<String> row = new ArrayList<>();
              for (int i = 1; i <= cursor.getMetaData().getColumnCount(); i++) {
                row.add(String.valueOf(cursor.getString(i)));
              }
              rows.add(row);
            }
            return rows;
          }
        });
  }

  <T> List<T> query(Function<List<String>, T> row, String sql, Object... parameters) {
    return query(sql, parameters).stream().map(row).toList();
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
