package dev.kumiai.aggregation.access;

import dev.kumiai.core.Digest;
import java.util.List;
import java.util.Optional;

/// Keeps API keys. Every call belongs to a transaction of the caller.
public interface ApiKeyStore {

  /// Keeps a new key, unless its name is taken; of several that try at the same moment, one wins.
  ///
  /// @return whether it was kept
  boolean add(ApiKey key, Digest hash);

  Optional<ApiKey> byHash(Digest hash);

  Optional<ApiKey> find(String name);

  /// Notes that a key was revoked.
  void save(ApiKey key);

  /// By name.
  List<ApiKey> all();
}
