package dev.kumiai.protocol.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Asks for an API key.
///
/// @param name who or what it is for; taken once and for all, so that a record of who did something
///   stays true
/// @param expires when it stops working; null for one that has to be revoked
public record KeyRequest(
    @NotNull @Pattern(
            regexp = KeyRequest.NAME,
            message =
                "is up to 63 of a-z, 0-9, '.', '_' and '-', the first and last of a-z and 0-9")
        String name,
    @NotNull Role role,
    @Nullable Instant expires) {

  /// What a key may be called.
  public static final String NAME = "[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?";

  @JsonCreator
  public KeyRequest {}

  /// What the aggregator answers, once.
  ///
  /// @param apiKey the bearer token; the aggregator keeps only its hash
  public record Made(KeyView view, String apiKey) {
    @Override
    public String toString() {
      return "Made[" + view + "]";
    }
  }
}
