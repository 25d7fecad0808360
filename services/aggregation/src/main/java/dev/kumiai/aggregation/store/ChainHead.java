package dev.kumiai.aggregation.store;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/// Where a chain ends.
///
/// @param number of the newest entry; 0 when there is none
/// @param hash of that entry
/// @param closed whether the chain's run is over, so that little is to be expected after it
/// @param isNew whether the chain is not kept yet
record ChainHead(String chain, long number, Digest hash, boolean closed, boolean isNew) {

  /// Reads the head and lets nobody else append until the transaction ends. A chain that is not
  /// there is new with its run, which nobody else can see yet.
  static ChainHead lock(Connection connection, String chain) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "select number, hash, closed from ledger_chain where chain = ? for update")) {
      query.setString(1, chain);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? new ChainHead(
                chain, row.getLong(1), new Digest(row.getString(2)), row.getBoolean(3), false)
            : new ChainHead(chain, 0, LedgerEntry.NOTHING, false, true);
      }
    }
  }

  /// The entry that comes after it.
  LedgerEntry next(Instant now, String type, String body) {
    return LedgerEntry.after(hash, chain, number + 1, now, type, body);
  }

  /// The head after another entry.
  ChainHead moved(LedgerEntry entry, boolean isClosed) {
    return new ChainHead(chain, entry.number(), entry.hash(), isClosed, isNew);
  }

  void keep(Connection connection) throws SQLException {
    String sql =
        isNew
            ? "insert into ledger_chain (number, hash, closed, chain) values (?, ?, ?, ?)"
            : "update ledger_chain set number = ?, hash = ?, closed = ? where chain = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, number);
      statement.setString(2, hash.hex());
      statement.setBoolean(3, closed);
      statement.setString(4, chain);
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException("the head of the chain " + chain + " is not there");
      }
    }
  }
}
