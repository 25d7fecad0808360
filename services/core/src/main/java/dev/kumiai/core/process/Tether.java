package dev.kumiai.core.process;

import java.io.IOException;

/// Ends a process when its standard input ends, where whoever started it asks for that. The parent
/// holds the other end of that pipe and writes nothing: the kernel closes it when the parent dies,
/// even of `kill -9`, so no service is ever left behind.
public final class Tether {

  /// Set to [#STDIN] in the environment of a process that is to end with its parent.
  public static final String VARIABLE = "KUMIAI_TETHER";

  public static final String STDIN = "stdin";

  /// Time for the service's own orderly end before the process is halted.
  private static final int GRACE_MILLIS = 5_000;

  /// As if by SIGTERM.
  private static final int STATUS = 143;

  private Tether() {}

  /// Begins to watch standard input, where the environment asks for it. The first thing that a
  /// `main` does: a parent may die while the service still starts.
  public static void holdWhereAsked() {
    if (STDIN.equals(System.getenv(VARIABLE))) {
      Thread.ofPlatform().daemon().name("tether").start(Tether::endWithParent);
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; should somebody, it means nothing.
      }
    } catch (IOException _) {
      // A broken pipe says the same as its end.
    }
    Thread.ofPlatform().daemon().name("tether-halt").start(Tether::haltAfterGrace);
    Runtime.getRuntime().exit(STATUS);
  }

  private static void haltAfterGrace() {
    try {
      Thread.sleep(GRACE_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STATUS);
  }
}
