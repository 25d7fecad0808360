package dev.kumiai.aggregation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.protocol.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the documentation says of who may what.
class SecurityPageTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "security.md");
  private static final String HEAD = "| operation | least role | sites |\n| --- | --- | --- |\n";

  /// `-Dregenerate` renews the table.
  @Test
  void showsTheTableThatIsEnforced() throws IOException {
    String page = Files.readString(PAGE);
    String table =
        Arrays.stream(Access.values()).map(SecurityPageTest::row).collect(Collectors.joining());
    if (System.getProperty("regenerate") != null) {
      int begin = page.indexOf(HEAD) + HEAD.length();
      int end = begin;
      while (page.startsWith("|", end)) {
        end = page.indexOf('\n', end) + 1;
      }
      page = page.substring(0, begin) + table + page.substring(end);
      Files.writeString(PAGE, page);
    }

    assertThat(page).contains(HEAD + table);
  }

  private static String row(Access row) {
    Role least = row.who().least();
    String users =
        row.who() == Access.Who.ANYBODY ? "anybody" : least == null ? "" : Callers.name(least);
    return "| `%s %s` | %s | %s |%n"
        .formatted(row.method(), row.path(), users, row.who().sites() ? "yes" : "");
  }
}
