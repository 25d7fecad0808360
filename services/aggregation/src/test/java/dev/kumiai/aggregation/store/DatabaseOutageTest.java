package dev.kumiai.aggregation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseOutageTest {

  private final DatabaseOutage outage = new DatabaseOutage();

  private static RuntimeException because(String state) {
    return new IllegalStateException(new RuntimeException(new SQLException("why", state)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01", "57P03"})
  void aServerThatIsAwayComesBack(String state) {
    assertThat(outage.is(because(state))).isTrue();
    assertThat(outage.isFull(because(state))).isFalse();
  }

  @Test
  void aFullDiskIsNoBugAndNoOutage() {
    assertThat(outage.isFull(because("53100"))).isTrue();
    assertThat(outage.is(because("53100"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "42601"})
  void aBugIsABug(String state) {
    assertThat(outage.is(because(state))).isFalse();
    assertThat(outage.isFull(because(state))).isFalse();
  }
}
