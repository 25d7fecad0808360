package dev.kumiai.aggregation;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The tests run twice: on H2, and on PostgreSQL, where they are skipped when it is not installed.
public final class OnPostgres implements ExecutionCondition {

  /// Whether this is the second time; the build says so.
  static final boolean CHOSEN = "postgresql".equals(System.getProperty("test.database"));

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return !CHOSEN || PostgresServer.programs().isPresent()
        ? ConditionEvaluationResult.enabled("there is a database")
        : ConditionEvaluationResult.disabled(
            "PostgreSQL is not installed: apt-get install postgresql");
  }
}
