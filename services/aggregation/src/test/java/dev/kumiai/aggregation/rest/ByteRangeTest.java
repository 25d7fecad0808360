package dev.kumiai.aggregation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  private static final long SIZE = 10_000;

  /// The examples of RFC 9110, section 14.1.2, and the ends of what a number can be.
  @ParameterizedTest
  @CsvSource({
    "bytes=0-499, 0, 499",
    "bytes=500-999, 500, 999",
    "bytes=-500, 9500, 9999",
    "bytes=9500-, 9500, 9999",
    "bytes=0-0, 0, 0",
    "bytes=-99999, 0, 9999",
    "bytes=0-999999999999999999, 0, 9999"
  })
  void readsASingleRange(String header, long first, long last) {
    assertThat(ByteRange.parse(header, SIZE)).contains(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10000-", "bytes=-0", "bytes=999999999999999999-"})
  void knowsARangeWithoutAByte(String header) {
    assertThat(ByteRange.parse(header, SIZE))
        .hasValueSatisfying(range -> assertThat(range.length()).isZero());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,4-5",
        "items=0-1",
        "bytes=0x1-2",
        "bytes= 0-1",
        "bytes=0-9999999999999999999999",
        ""
      })
  void ignoresTheRest(String header) {
    assertThat(ByteRange.parse(header, SIZE)).isEmpty();
  }
}
