package dev.kumiai.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

  /// FIPS 180-2, appendix B.1.
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final String OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir private Path folder;

  @Test
  void isTheSha256OfBytesStreamsAndFiles() throws IOException {
    byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
    MessageDigest running = Digest.sha256();
    running.update(abc, 0, 1);
    running.update(abc, 1, 2);

    assertThat(Digest.of(abc).hex()).isEqualTo(OF_ABC);
    assertThat(Digest.of(running).hex()).isEqualTo(OF_ABC);
    assertThat(Digest.of(Files.write(folder.resolve("f"), abc)).hex()).isEqualTo(OF_ABC);
    assertThat(Digest.of(Files.createFile(folder.resolve("empty"))).hex()).isEqualTo(OF_NOTHING);
  }

  @Test
  void readsWhatItWrites() {
    Digest digest = new Digest(OF_ABC);

    assertThat(digest).hasToString("sha256:" + OF_ABC);
    assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    assertThat(digest.bytes()).startsWith(0xba, 0x78).hasSize(32);
  }

  @Test
  void sortsByItsDigits() {
    assertThat(new Digest(OF_ABC)).isLessThan(new Digest(OF_NOTHING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        OF_ABC,
        "sha256:",
        "sha512:" + OF_ABC,
        "sha256:" + OF_ABC + "0",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha256:../../../../../../../../../../../../../../../../../../../../../etc"
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> Digest.parse(text))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo("digest-malformed"));
  }
}
