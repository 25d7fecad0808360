package dev.kumiai.aggregation.store;

import dev.kumiai.protocol.ledger.LedgerEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// The table of entries.
final class LedgerRows {

  private LedgerRows() {}

  static void insert(Connection connection, List<LedgerEntry> entries) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into ledger_entry (chain, number, at, type, body, previous, hash)
            values (?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (LedgerEntry entry : entries) {
        insert.setString(1, entry.chain());
        insert.setLong(2, entry.number());
        insert.setString(3, entry.at());
        insert.setString(4, entry.type());
        insert.setString(5, entry.body());
        insert.setString(6, entry.previous().hex());
        insert.setString(7, entry.hash().hex());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
