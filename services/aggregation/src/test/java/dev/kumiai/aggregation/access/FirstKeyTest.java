package dev.kumiai.aggregation.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.access.Role;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstKeyTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path data = Path.of("");

  private final Rows rows = new Rows();

  /// A database that several aggregators may share.
  private static final class Rows implements ApiKeyStore {
    private final Map<String, ApiKey> keys = new HashMap<>();
    private final Map<Digest, String> hashes = new HashMap<>();
    private boolean taken;

    @Override
    public boolean add(ApiKey key, Digest hash) {
      if (taken || keys.putIfAbsent(key.name(), key) != null) {
        return false;
      }
      hashes.put(hash, key.name());
      return true;
    }

    @Override
    public Optional<ApiKey> byHash(Digest hash) {
      return Optional.ofNullable(hashes.get(hash)).flatMap(this::find);
    }

    @Override
    public Optional<ApiKey> find(String name) {
      return Optional.ofNullable(keys.get(name));
    }

    @Override
    public void save(ApiKey key) {
      keys.put(key.name(), key);
    }

    @Override
    public List<ApiKey> all() {
      return List.copyOf(keys.values());
    }
  }

  private void start(Optional<String> configured) {
    StorageConfig storage =
        new StorageConfig() {
          @Override
          public Path data() {
            return data;
          }

          @Override
          public MemorySize reserve() {
            return new MemorySize(BigInteger.ZERO);
          }
        };
    new FirstKey(rows, () -> configured, storage, Clock.fixed(NOW, ZoneOffset.UTC))
        .ensure(new StartupEvent());
  }

  private Path file() {
    return data.resolve("api-key");
  }

  @Test
  void isMadeAtTheFirstStartAndReadableByItsOwnerOnly() throws IOException {
    start(Optional.empty());
    String key = Files.readString(file());
    start(Optional.empty());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file())).isEqualTo(key).startsWith("kumiai_").hasSize(50);
    assertThat(rows.byHash(Secrets.hash(key)))
        .hasValue(new ApiKey("first", Role.ADMIN, NOW, "aggregator", null, null));
    assertThat(data.toFile().list()).containsExactly("api-key");
  }

  @Test
  void aCrashBetweenFileAndRowLosesNoKey() throws IOException {
    Files.writeString(file(), "kumiai_left-by-a-crash");

    start(Optional.empty());

    assertThat(rows.byHash(Secrets.hash("kumiai_left-by-a-crash"))).isPresent();
  }

  @Test
  void whoComesSecondToASharedDatabaseKeepsNoFile() {
    rows.taken = true;

    start(Optional.empty());

    assertThat(file()).doesNotExist();
  }

  @Test
  void aRevokedOneStaysRevoked() {
    start(Optional.empty());
    rows.save(Objects.requireNonNull(rows.keys.get("first")).revoke(NOW));

    start(Optional.empty());

    assertThat(rows.keys.get("first")).extracting(ApiKey::revoked).isEqualTo(NOW);
  }

  @Test
  void aConfiguredOneIsKeptNowhere() {
    start(Optional.of("twenty-characters-and-more"));

    assertThat(file()).doesNotExist();
    assertThat(rows.all()).isEmpty();
  }

  @Test
  void aConfiguredOneThatCanBeGuessedIsRefused() {
    assertThatThrownBy(() -> start(Optional.of("letmein")))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageNotContaining("letmein");
  }
}
