package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/// How the ledger is signed.
@ConfigMapping(prefix = "kumiai.ledger")
public interface LedgerConfig {

  /// File with the Ed25519 key pair that signs the ledger: two PEM blocks, PRIVATE KEY (PKCS #8)
  /// and PUBLIC KEY. When it is not set, a pair is made at the first start and kept in the file
  /// `ledger-key` of the data folder, readable by its owner only.
  Optional<Path> key();
}
