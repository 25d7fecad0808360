package dev.kumiai.aggregation.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.config.StorageConfig;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTokenTest {

  @TempDir Path data = Path.of("");

  private EnrolmentToken token(Optional<String> configured) {
    return new EnrolmentToken(
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

  @Test
  void isMadeAtTheFirstStartAndReadableByItsOwnerOnly() throws IOException {
    EnrolmentToken made = token(Optional.empty());

    Path file = data.resolve("enrolment-token");
    String secret = Files.readString(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(secret).hasSize(43);
    assertThat(made.is(secret)).isTrue();
    assertThat(token(Optional.empty()).is(secret)).isTrue();
    assertThat(data.toFile().list()).containsExactly("enrolment-token");
  }

  @Test
  void configuredOneIsTheOneThatCounts() {
    EnrolmentToken configured = token(Optional.of("s3cret"));

    assertThat(configured.is("s3cret")).isTrue();
    assertThat(configured.is("s3cre")).isFalse();
    assertThat(data.resolve("enrolment-token")).doesNotExist();
  }
}
