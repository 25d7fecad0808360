package dev.kumiai.aggregation.model;

import java.nio.file.Path;

/// A file that is kept, on this disk, and stays where it is until this is closed: a store that
/// fetches files from elsewhere makes room by removing those that nobody has open.
public final class Kept implements AutoCloseable {

  private final Path file;
  private final Runnable release;

  /// @param release called once or more often
  public Kept(Path file, Runnable release) {
    this.file = file;
    this.release = release;
  }

  public Path file() {
    return file;
  }

  @Override
  public void close() {
    release.run();
  }
}
