package dev.kumiai.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Terminals whose output a test can read.
public final class Screens {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  public Terminal plain() {
    return new Terminal(out, false, false, Glyphs.UNICODE);
  }

  public Terminal live() {
    return new Terminal(out, true, false, Glyphs.UNICODE);
  }

  public String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
