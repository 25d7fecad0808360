package dev.kumiai.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.signature.SignedMessage.Component;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteKeyTest {

  private static final SignedMessage MESSAGE =
      new SignedMessage("PUT", "/api/v1/tasks/t/attempts/1/weights", "sha-256=:AAAA:");
  private static final Instant NOW = Instant.ofEpochSecond(1_618_884_473);

  @TempDir Path folder = Path.of("");

  /// RFC 9421, appendix B.2.6.
  @Test
  void signsTheBaseThatTheStandardDefines() throws Exception {
    byte[] base =
        SignedMessage.base(
            List.of(
                new Component("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
                new Component("@method", "POST"),
                new Component("@path", "/foo"),
                new Component("@authority", "example.com"),
                new Component("content-type", "application/json"),
                new Component("content-length", "18")),
            "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\""
                + " \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"");
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getDecoder()
                        .decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="))));
    verifier.update(base);

    assertThat(
            verifier.verify(
                Base64.getDecoder()
                    .decode(
                        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQ"
                            + "v5lIp5WPpBKRCw==")))
        .isTrue();
  }

  private static void verify(SitePublicKey key, SignedMessage message, Map<String, String> by) {
    key.verify(message, by.get("Signature-Input"), by.get("Signature"));
  }

  @Test
  void whatAKeySignedItsPublicHalfAccepts() {
    SiteKey key = SiteKey.make();
    Map<String, String> headers = key.sign(MESSAGE, NOW);

    verify(SitePublicKey.parse(key.open().toString()), MESSAGE, headers);
    assertThat(SitePublicKey.keyId(headers.get("Signature-Input"))).isEqualTo(key.open().id());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/tasks/t/attempts/1/weights, sha-256=:AAAA:",
    "PUT, /api/v1/tasks/t/attempts/2/weights, sha-256=:AAAA:",
    "PUT, /api/v1/tasks/u/attempts/1/weights, sha-256=:AAAA:",
    "PUT, /api/v1/tasks/t/attempts/1/weights, sha-256=:AAAB:"
  })
  void aSignatureHoldsForNothingElse(String method, String path, String digest) {
    SiteKey key = SiteKey.make();
    Map<String, String> headers = key.sign(MESSAGE, NOW);

    assertThatThrownBy(() -> verify(key.open(), new SignedMessage(method, path, digest), headers))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .hasFieldOrPropertyWithValue("code", "signature-wrong");
  }

  @Test
  void anotherKeysSignatureIsWrong() {
    Map<String, String> headers = SiteKey.make().sign(MESSAGE, NOW);

    assertThatThrownBy(() -> verify(SiteKey.make().open(), MESSAGE, headers))
        .hasFieldOrPropertyWithValue("code", "signature-wrong");
  }

  @Test
  void whatIsNotCoveredCannotBeSigned() {
    SiteKey key = SiteKey.make();
    Map<String, String> headers = key.sign(MESSAGE, NOW);
    String less =
        Objects.requireNonNull(headers.get("Signature-Input")).replace(" \"content-digest\"", "");

    assertThatThrownBy(() -> key.open().verify(MESSAGE, less, headers.get("Signature")))
        .hasFieldOrPropertyWithValue("code", "signature-malformed");
    assertThatThrownBy(() -> key.open().verify(MESSAGE, null, null))
        .hasFieldOrPropertyWithValue("code", "signature-missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "site=::", "site=:AAAA:", "site=:%:", "other=:AAAA:"})
  void aSignatureOfAnotherFormIsRefused(String signature) {
    SiteKey key = SiteKey.make();
    String input = key.sign(MESSAGE, NOW).get("Signature-Input");

    assertThatThrownBy(() -> key.open().verify(MESSAGE, input, signature))
        .isInstanceOf(KumiaiException.Forbidden.class);
  }

  @Test
  void isKeptInAFileThatItsOwnerOnlyReads() throws Exception {
    Path file = folder.resolve("plant-a/site-key");

    SiteKey made = SiteKey.of(file);

    assertThat(SiteKey.of(file).open()).isEqualTo(made.open());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("plant-a").toFile().list()).containsExactly("site-key");
    verify(made.open(), MESSAGE, SiteKey.of(file).sign(MESSAGE, NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not a key", "AAAA\nAAAA"})
  void aSpoiltFileIsToldAndLeftAlone(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("site-key"), text);

    assertThatThrownBy(() -> SiteKey.of(file))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining(file.toString());
    assertThat(file).hasContent(text);
  }
}
