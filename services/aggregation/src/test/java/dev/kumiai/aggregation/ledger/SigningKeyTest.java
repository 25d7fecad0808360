package dev.kumiai.aggregation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerSignature;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {

  private static final Digest SOME = Digest.of(new byte[] {1});

  @TempDir Path data;

  @Test
  void isMadeOnceAndReadableByItsOwnerOnly() throws IOException {
    LedgerKey first = key(Optional.empty()).publicKey();

    assertThat(key(Optional.empty()).publicKey()).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(data.toFile().list()).containsExactly("ledger-key");
  }

  @Test
  void signsWhatItsPublicKeyCanCheck() {
    LedgerSignature signature = key(Optional.empty()).sign(7, SOME);

    assertThat(signature.verifies()).isTrue();
    assertThat(LedgerSignature.parse(signature.toJson())).isEqualTo(signature);
    assertThat(
            new LedgerSignature(
                    signature.algorithm(),
                    signature.number(),
                    Digest.of(new byte[] {2}),
                    signature.key(),
                    signature.signature())
                .verifies())
        .isFalse();
  }

  @Test
  void aConfiguredFileIsUsed() throws IOException {
    LedgerKey made = key(Optional.empty()).publicKey();
    Path elsewhere = data.resolve("configured");
    Files.move(file(), elsewhere);

    assertThat(key(Optional.of(elsewhere)).publicKey()).isEqualTo(made);
    assertThat(file()).doesNotExist();
  }

  @Test
  void twoKeysThatAreNoPairAreRefused() throws IOException {
    key(Optional.empty());
    String mine = Files.readString(file());
    Files.delete(file());
    LedgerKey other = key(Optional.empty()).publicKey();
    String mixed = mine.substring(0, mine.indexOf("-----BEGIN PUBLIC")) + other.pem();
    Files.writeString(file(), mixed);

    assertThatThrownBy(() -> key(Optional.empty())).hasMessageContaining("are no pair");
  }

  @Test
  void aFileWithoutKeysIsRefused() throws IOException {
    Files.writeString(file(), "no key");

    assertThatThrownBy(() -> key(Optional.empty()))
        .hasMessageContaining(file() + " is no ledger key");
  }

  private Path file() {
    return data.resolve("ledger-key");
  }

  private SigningKey key(Optional<Path> configured) {
    return new SigningKey(
        () -> configured,
        new StorageConfig() {
          @Override
          public Path data() {
            return data;
          }

          @Override
          public MemorySize reserve() {
            return new MemorySize(BigInteger.ZERO);
          }
        });
  }
}
