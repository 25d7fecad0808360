package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each way in which a safetensors file can be wrong, and the error that says so.
class SafetensorsValidationTest {

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}: {2} over {1} bytes of data")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
"""
safetensors-header-start|0| [1]
safetensors-header-start|0| "a"
safetensors-header-not-json|0|{
safetensors-header-not-json|0|{"a"}
safetensors-header-not-json|0|{"a":}
safetensors-header-not-json|0|{"a":1,}
safetensors-header-not-json|0|{"a":01}
safetensors-header-not-json|0|{"a":1.}
safetensors-header-not-json|0|{"a":-}
safetensors-header-not-json|0|{"a":1e}
safetensors-header-not-json|0|{"a":[1 2]}
safetensors-header-not-json|0|{"a":nul}
safetensors-header-not-json|0|{'a':1}
safetensors-header-not-json|0|{"a
safetensors-header-not-json|0|{"a\\x":1}
safetensors-header-not-json|0|{"a\\u00g0":1}
safetensors-header-not-json|0|{"a\\ud800":1}
safetensors-header-not-json|0|{}{}
safetensors-header-not-json|0|{"a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}
safetensors-duplicate-key|8|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
safetensors-duplicate-key|4|{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}
safetensors-duplicate-key|0|{"__metadata__":{"k":"1","k":"2"}}
safetensors-duplicate-key|0|{"__metadata__":{},"__metadata__":{}}
safetensors-entry-malformed|0|{"a":3}
safetensors-entry-malformed|0|{"a":{}}
safetensors-entry-malformed|4|{"a":{"dtype":"F32","shape":[1]}}
safetensors-entry-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}
safetensors-dtype-unsupported|8|{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}
safetensors-dtype-unsupported|4|{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}
safetensors-dtype-unsupported|4|{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}
safetensors-shape-malformed|4|{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}
safetensors-shape-malformed|4|{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}
safetensors-shape-malformed|4|{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}
safetensors-shape-malformed|4|{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}
safetensors-shape-malformed|4|{"a":{"dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]}}
shape-overflow|0|{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}
tensor-too-large|0|{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}
tensor-name-invalid|4|{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":4}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}
safetensors-offsets-malformed|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,null]}}
safetensors-size-mismatch|4|{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}
safetensors-size-mismatch|8|{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,8]}}
safetensors-size-mismatch|4|{"a":{"dtype":"F16","shape":[0],"data_offsets":[0,4]}}
safetensors-overlap|6|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}
safetensors-overlap|4|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
safetensors-hole|12|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
safetensors-hole|8|{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
safetensors-truncated|7|{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}
safetensors-truncated|0|{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}
safetensors-trailing-bytes|5|{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
safetensors-trailing-bytes|1|{}
safetensors-metadata-malformed|0|{"__metadata__":[]}
safetensors-metadata-malformed|0|{"__metadata__":{"k":1}}
""")
  void refusesFileWithTheCodeOfItsFault(String code, int dataBytes, String json)
      throws IOException {
    Path file = file(json.getBytes(StandardCharsets.UTF_8), new byte[dataBytes]);

    assertRefused(file, code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"__metadata__\":{}}   ",
        "{ \"__metadata__\" : { \"k\" : \"\\u00e9\\ud83d\\ude00\\/\" } \n\t\r}",
        "{\"a\":{\"shape\":[0,3],\"data_offsets\":[0,0],\"dtype\":\"BF16\"}}"
      })
  void admitsWhatTheFormatAdmits(String json) throws IOException {
    Path file = file(json.getBytes(StandardCharsets.UTF_8), new byte[0]);

    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.weights().bytes()).isZero();
    }
  }

  @Test
  void refusesHeaderThatIsNotUtf8() throws IOException {
    Path file = file(new byte[] {'{', '"', (byte) 0xc3, '"', '}'}, new byte[0]);

    assertRefused(file, "safetensors-header-not-utf8");
  }

  @Test
  void refusesControlCharacterInString() throws IOException {
    Path file = file("{\"a\nb\":1}".getBytes(StandardCharsets.UTF_8), new byte[0]);

    assertRefused(file, "safetensors-header-not-json");
  }

  @Test
  void refusesEmptyHeader() throws IOException {
    assertRefused(file(new byte[0], new byte[0]), "safetensors-header-start");
  }

  @Test
  void refusesFileShorterThanTheHeaderLength() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[7]);

    assertRefused(file, "safetensors-too-short");
  }

  @ParameterizedTest
  @ValueSource(longs = {(1 << 20) + 1, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void refusesHeaderOverTheLimitWithoutReadingIt(long length) throws IOException {
    Path file = Files.write(folder.resolve("f"), littleEndian(length).array());

    assertRefused(file, "safetensors-header-too-long");
  }

  @Test
  void admitsHeaderAtTheLimit() throws IOException {
    byte[] header = new byte[1 << 20];
    Arrays.fill(header, (byte) ' ');
    header[0] = '{';
    header[1] = '}';

    try (SafetensorsFile file = SafetensorsFile.open(file(header, new byte[0]))) {
      assertThat(file.specs()).isEmpty();
    }
  }

  @Test
  void refusesFileThatEndsInItsHeader() throws IOException {
    byte[] whole =
        Files.readAllBytes(file("{}      ".getBytes(StandardCharsets.UTF_8), new byte[0]));
    Path file = Files.write(folder.resolve("f"), Arrays.copyOf(whole, whole.length - 1));

    assertRefused(file, "safetensors-header-truncated");
  }

  @Test
  void namesTheFileInTheError() throws IOException {
    Path file = Files.write(folder.resolve("mill-3.safetensors"), new byte[3]);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .hasMessageStartingWith("mill-3.safetensors: ");
  }

  private Path file(byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length + data.length);
    bytes.put(littleEndian(header.length)).put(header).put(data);
    return Files.write(folder.resolve("f.safetensors"), bytes.array());
  }

  private static ByteBuffer littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip();
  }

  private static void assertRefused(Path file, String code) {
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
