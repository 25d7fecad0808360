package dev.kumiai.aggregation.store;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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

  /// The entries of a chain that come after a number, in their order.
  static List<LedgerEntry> after(Connection connection, String chain, long after, int limit)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            select chain, number, at, type, body, previous, hash from ledger_entry
            where chain = ? and number > ? order by number fetch first ? rows only
            """)) {
      query.setString(1, chain);
      query.setLong(2, after);
      query.setInt(3, limit);
      try (ResultSet row = query.executeQuery()) {
        List<LedgerEntry> entries = new ArrayList<>();
        while (row.next()) {
          entries.add(
              new LedgerEntry(
                  row.getString(1),
                  row.getLong(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  new Digest(row.getString(6)),
                  new Digest(row.getString(7))));
        }
        return entries;
      }
    }
  }
}
