package dev.kumiai.aggregation.store;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerHead;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The tables of entries and heads.
final class LedgerRows {

  private static final String COLUMNS =
      "select chain, number, at, type, body, previous, hash from ledger_entry where chain = ? and ";

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
            COLUMNS + "number > ? order by number fetch first ? rows only")) {
      query.setString(1, chain);
      query.setLong(2, after);
      query.setInt(3, limit);
      return read(query);
    }
  }

  /// Those with these numbers, which are not many.
  static List<LedgerEntry> numbered(Connection connection, String chain, Collection<Long> numbers)
      throws SQLException {
    if (numbers.isEmpty()) {
      return List.of();
    }
    String in = String.join(", ", Collections.nCopies(numbers.size(), "?"));
    try (PreparedStatement query =
        connection.prepareStatement(COLUMNS + "number in (" + in + ")")) {
      query.setString(1, chain);
      int parameter = 2;
      for (long number : numbers) {
        query.setLong(parameter++, number);
      }
      return read(query);
    }
  }

  private static List<LedgerEntry> read(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      List<LedgerEntry> entries = new ArrayList<>();
      while (row.next()) {
        String where = "entry " + row.getLong(2) + " of " + row.getString(1);
        entries.add(
            new LedgerEntry(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                digest(row.getString(6), where),
                digest(row.getString(7), where)));
      }
      return entries;
    }
  }

  /// Where a chain ends.
  static Optional<LedgerHead> head(Connection connection, String chain) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select number, hash from ledger_chain where chain = ?")) {
      query.setString(1, chain);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new LedgerHead(row.getLong(1), digest(row.getString(2), "the head of " + chain)))
            : Optional.empty();
      }
    }
  }

  /// A hash that is none is told as what it is: not the hash of anything.
  private static Digest digest(String text, String where) {
    try {
      return new Digest(text);
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(
          "ledger-unreadable",
          "%s has '%s' where a hash has to be: the ledger was tampered with".formatted(where, text),
          e);
    }
  }
}
