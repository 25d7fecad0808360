package dev.kumiai.aggregation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentDigestTest {

  /// The example of RFC 9530, appendix A.1, as everybody else computes it.
  private static final byte[] RFC_BODY =
      "{\"hello\": \"world\"}\n".getBytes(StandardCharsets.UTF_8);

  private static final String RFC_HEADER = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

  @Test
  void agreesWithTheRfc() {
    assertThat(ContentDigest.parse(RFC_HEADER)).isEqualTo(Digest.of(RFC_BODY));
    assertThat(ContentDigest.format(Digest.of(RFC_BODY))).isEqualTo(RFC_HEADER);
  }

  @Test
  void picksItsAlgorithmOutOfSeveral() {
    assertThat(ContentDigest.parse("md5=:AAAA:, " + RFC_HEADER + ", unixsum=:AA==:"))
        .isEqualTo(Digest.of(RFC_BODY));
  }
}
