package dev.kumiai.aggregation.store;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a transaction did to a row.
///
/// @param columns those that may have another value than before; null for all
/// @param run of a row that is removed and can no longer tell; null when it belongs to none
record RowChange(Kind kind, @Nullable Set<String> columns, @Nullable String run) {

  enum Kind {
    ADDED,
    CHANGED,
    REMOVED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RowChange {
    columns = columns == null ? null : Set.copyOf(columns);
  }

  /// To all columns.
  static RowChange of(Kind kind) {
    return new RowChange(kind, null, null);
  }

  /// To those columns; null for all.
  static RowChange changed(@Nullable Set<String> columns) {
    return new RowChange(Kind.CHANGED, columns, null);
  }

  static RowChange removed(@Nullable String run) {
    return new RowChange(Kind.REMOVED, null, run);
  }

  /// This and then another, as one.
  RowChange then(RowChange later) {
    return switch (later.kind) {
      case REMOVED -> later;
      case ADDED -> kind == Kind.REMOVED ? of(Kind.CHANGED) : later;
      case CHANGED -> kind == Kind.ADDED ? this : changed(union(later));
    };
  }

  private @Nullable Set<String> union(RowChange later) {
    if (columns == null || later.columns == null) {
      return null;
    }
    Set<String> both = new HashSet<>(columns);
    both.addAll(later.columns);
    return both;
  }
}
