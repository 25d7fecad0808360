package dev.kumiai.protocol.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list that a user forgot, or put nulls in, has to get as far as validation, which reports it
/// together with every other mistake.
final class Missing {

  private Missing() {}

  static <T> List<T> emptyIfNull(@Nullable List<T> list) {
    return list == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(list));
  }
}
