package dev.kumiai.aggregation.access;

import dev.kumiai.aggregation.config.AccessConfig;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.access.KeyRequest;
import dev.kumiai.protocol.access.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The keys with which users prove who they are.
@ApplicationScoped
public class ApiKeys {

  /// What a key starts with, so that people and scanners for leaked secrets know it.
  public static final String PREFIX = "kumiai_";

  /// Name of the key that the configuration holds; it is nowhere else.
  public static final String CONFIGURED = "configured";

  private static final Logger LOG = Logger.getLogger(ApiKeys.class);

  private final ApiKeyStore store;
  private final Actors actors;
  private final Clock clock;
  private final Optional<String> configured;

  ApiKeys(ApiKeyStore store, Actors actors, Clock clock, AccessConfig config) {
    this.store = store;
    this.actors = actors;
    this.clock = clock;
    this.configured = config.apiKey().filter(key -> !key.isBlank());
  }

  static String random() {
    return PREFIX + Secrets.random();
  }

  /// Whose key this is; empty when it is no key of ours.
  ///
  /// @throws KumiaiException.Unauthenticated `api-key-expired`, `api-key-revoked`
  @Transactional
  public Optional<ApiKey> authenticate(String key) {
    if (configured.isPresent() && Secrets.same(configured.get(), key)) {
      return Optional.of(new ApiKey(CONFIGURED, Role.ADMIN, Instant.EPOCH, CONFIGURED, null, null));
    }
    if (!key.startsWith(PREFIX)) {
      return Optional.empty();
    }
    return store.byHash(Secrets.hash(key)).map(this::usable);
  }

  private ApiKey usable(ApiKey key) {
    if (key.revoked() != null) {
      throw new KumiaiException.Unauthenticated(
          "api-key-revoked", "the API key '" + key.name() + "' was revoked: ask for another one");
    }
    if (key.isExpired(clock.instant())) {
      throw new KumiaiException.Unauthenticated(
          "api-key-expired", "the API key '" + key.name() + "' has expired: ask for another one");
    }
    return key;
  }

  /// A key that was just made.
  ///
  /// @param secret what its owner shows; told only now
  public record Made(ApiKey key, String secret) {
    @Override
    public String toString() {
      return "Made[" + key + "]";
    }
  }

  /// Makes a key.
  ///
  /// @throws KumiaiException.Conflict `api-key-exists`: a name stands for one key for ever, so that
  ///   the record of who did something stays true
  @Transactional
  public Made create(KeyRequest request) {
    Instant now = clock.instant();
    if (request.expires() != null && !request.expires().isAfter(now)) {
      throw new KumiaiException.Invalid(
          "api-key-expiry-past",
          "a key that has expired already is of no use: choose a later time");
    }
    String secret = random();
    ApiKey key =
        new ApiKey(
            request.name(), request.role(), now, actors.current().name(), request.expires(), null);
    if (request.name().equals(CONFIGURED) || !store.add(key, Secrets.hash(secret))) {
      throw new KumiaiException.Conflict(
          "api-key-exists",
          "there is, or was, a key named '" + request.name() + "': choose another name");
    }
    LOG.infof("API key made name=%s role=%s by=%s", key.name(), key.role(), key.createdBy());
    return new Made(key, secret);
  }

  /// Takes a key back, at once and for ever; one that was taken back stays so.
  @Transactional
  public ApiKey revoke(String name) {
    ApiKey revoked =
        store
            .find(name)
            .orElseThrow(
                () ->
                    new KumiaiException.NotFound(
                        "api-key-unknown", "there is no API key named '" + name + "'"))
            .revoke(clock.instant());
    store.save(revoked);
    LOG.infof("API key revoked name=%s by=%s", name, actors.current().name());
    return revoked;
  }

  @Transactional
  public List<ApiKey> all() {
    return store.all();
  }
}
