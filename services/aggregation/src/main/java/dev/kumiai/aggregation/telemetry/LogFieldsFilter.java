package dev.kumiai.aggregation.telemetry;

import dev.kumiai.core.log.LogFields;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/// Lifts the ids of a line into fields of its JSON form.
@LoggingFilter(name = "log-fields")
public final class LogFieldsFilter implements Filter {

  private static final Formatter MESSAGE = new PatternFormatter("%s");

  @Override
  public boolean isLoggable(LogRecord line) {
    if (line instanceof ExtLogRecord extended) {
      LogFields.of(MESSAGE.format(extended)).forEach(extended::putMdc);
    }
    return true;
  }
}
