package dev.kumiai.aggregation.access;

import dev.kumiai.aggregation.config.AccessConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.access.Role;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Makes the key of the first administrator, who makes all others, unless the configuration has
/// one: in a file that only its owner can read, its hash in the database.
///
/// The file comes before the row, so that no crash leaves a key that nobody knows. Where several
/// aggregators share a database but no folder, the row decides whose key it is, and the others
/// remove their file. A row that was revoked stays so, whatever a file says.
@ApplicationScoped
public class FirstKey {

  public static final String NAME = "first";
  static final String FILE = "api-key";

  private static final Logger LOG = Logger.getLogger(FirstKey.class);
  private static final int SHORTEST = 20;

  private final ApiKeyStore store;
  private final Optional<String> configured;
  private final SecretFile file;
  private final Clock clock;

  FirstKey(ApiKeyStore store, AccessConfig access, StorageConfig storage, Clock clock) {
    this.store = store;
    this.configured = access.apiKey().filter(key -> !key.isBlank());
    this.file = new SecretFile(storage.data().resolve(FILE), "API key");
    this.clock = clock;
  }

  @Transactional
  void ensure(@Observes StartupEvent started) {
    if (configured.isPresent()) {
      requireLong(configured.get());
      return;
    }
    Optional<ApiKey> known = store.find(NAME);
    if (known.isPresent()) {
      tellWhenTheFileIsOfNoUse(known.get());
      return;
    }
    file.make(ApiKeys.random());
    ApiKey first =
        new ApiKey(NAME, Role.ADMIN, clock.instant(), Actor.AGGREGATOR.name(), null, null);
    Digest hash = Secrets.hash(file.read());
    if (!store.add(first, hash) && store.byHash(hash).isEmpty()) {
      remove();
      LOG.info("another aggregator on this database made the first API key");
    }
  }

  private void tellWhenTheFileIsOfNoUse(ApiKey known) {
    if (file.exists()
        && known.revoked() == null
        && !store.byHash(Secrets.hash(file.read())).equals(Optional.of(known))) {
      LOG.warnf("this is not the API key that the database knows file=%s", file.file());
    }
  }

  private void remove() {
    try {
      Files.deleteIfExists(file.file());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file.file(), e);
    }
  }

  private static void requireLong(String key) {
    if (key.length() < SHORTEST) {
      throw new KumiaiException.Invalid(
          "api-key-weak",
          "kumiai.api-key has %d characters: take at least %d random ones"
              .formatted(key.length(), SHORTEST));
    }
  }
}
