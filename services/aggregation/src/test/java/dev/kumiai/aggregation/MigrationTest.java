package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an older release left in its database is there after an upgrade.
class MigrationTest {

  private static final String DATASOURCE = "quarkus.datasource.postgresql.";
  private static final String H2 = "jdbc:h2:mem:migration;DB_CLOSE_DELAY=-1";
  private static final String NOW = "timestamp with time zone '2026-01-01 00:00:00+00'";

  private @Nullable PostgresServer postgres;
  private String url = H2;
  private String user = "kumiai";

  @BeforeEach
  void chooseDatabase() throws IOException, InterruptedException {
    if (OnPostgres.CHOSEN) {
      postgres = PostgresServer.start();
      url = Objects.requireNonNull(postgres.config().get(DATASOURCE + "jdbc.url"));
      user = Objects.requireNonNull(postgres.config().get(DATASOURCE + "username"));
    }
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    if (postgres == null) {
      sql("drop all objects");
    } else {
      postgres.close();
    }
  }

  /// Runs the script of a migration; Flyway itself is at work in every other test.
  private void migrate(String script) throws IOException, SQLException {
    String resource = "/db/migration/" + script + ".sql";
    try (InputStream stream = MigrationTest.class.getResourceAsStream(resource)) {
      sql(new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, "");
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private List<String> query(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, user, "");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  /// What a release before there were Jobs had.
  private void migrateToPilots() throws IOException, SQLException {
    for (String script :
        List.of(
            "V1__sites_runs_rounds_tasks",
            "V2__strategies",
            "V3__suspended_runs",
            "V4__rounds_that_survive",
            "V5__asynchronous_rounds",
            "V6__ledger",
            "V7__events",
            "V8__security",
            "V9__replicas",
            "V10__artifacts",
            "V11__pilots")) {
      migrate(script);
    }
  }

  @Test
  void runsAndTokensOfBeforeThereWereJobsAreOfAgents() throws IOException, SQLException {
    migrateToPilots();
    sql(
        "insert into site values ('a', %1$s, %1$s)".formatted(NOW),
        "insert into site_token (token_hash, site, issued) values ('h', 'a', %s)".formatted(NOW),
        "insert into invitation (token_hash, site, created, created_by, expires) values ('i', 'a', %1$s, 'admin', %1$s)"
            .formatted(NOW));
    for (String run : List.of("r1", "r2")) {
      sql(
          "insert into run (id, created, spec, state, round, since, incarnation) values ('%2$s', %1$s, '{}', 'TRAINING', 1, %1$s, 0)"
              .formatted(NOW, run));
    }

    migrate("V12__jobs");

    assertThat(query("select id from run where executor = 'AGENTS' and resource is null"))
        .containsExactlyInAnyOrder("r1", "r2");
    assertThat(query("select token_hash from site_token where task is null")).containsExactly("h");
    assertThat(query("select token_hash from invitation where task is null")).containsExactly("i");
    sql("update run set resource = 'ns/name' where id = 'r1'");
    assertThatThrownBy(() -> sql("update run set resource = 'ns/name' where id = 'r2'"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void roundsTheirStatesAndTasksSurviveTheirNewKeys() throws IOException, SQLException {
    migrate("V1__sites_runs_rounds_tasks");
    migrate("V2__strategies");
    migrate("V3__suspended_runs");
    sql(
        "insert into site values ('a', %1$s, %1$s)".formatted(NOW),
        "insert into run (id, created, spec, state, round, since) values ('r', %1$s, '{}', 'TRAINING', 1, %1$s)"
            .formatted(NOW),
        "insert into run_round (run, round, started, model, accuracy) values ('r', 1, %s, 'm', 0.5)"
            .formatted(NOW),
        "insert into run_round_state values ('r', 1, 'momentum', 'd')",
        "insert into task (id, run, site, kind, round, created, state, attempt, fraction, stage, steps) values ('t', 'r', 'a', 'TRAIN', 1, %s, 'SUCCEEDED', 2, 1, '', 7)"
            .formatted(NOW));

    migrate("V4__rounds_that_survive");

    assertThat(query("select incarnation from run")).containsExactly("0");
    assertThat(
            query(
                "select r.model from run_round r where r.incarnation = 0 and r.superseded_by is null and r.accuracy = 0.5"))
        .containsExactly("m");
    assertThat(query("select digest from run_round_state where round = 1 and incarnation = 0"))
        .containsExactly("d");
    assertThat(query("select id from task where incarnation = 0 and attempt = 2 and steps = 7"))
        .containsExactly("t");
  }
}
