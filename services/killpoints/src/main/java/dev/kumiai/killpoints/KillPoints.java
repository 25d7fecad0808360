package dev.kumiai.killpoints;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The points of a test, and the one that is armed.
public final class KillPoints {

  static final String POINTS = "points";
  static final String ARMED = "armed";
  static final String FIRED = "fired";
  static final String BROKEN = "broken";

  /// Tells one arming of a point from the next.
  private static final AtomicInteger ARMINGS = new AtomicInteger();

  private final Path folder;

  private KillPoints(Path folder) {
    this.folder = folder;
  }

  /// Writes the points down, none of them armed.
  ///
  /// @param folder an empty one
  public static KillPoints in(Path folder, List<Point> points) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(POINTS), points.stream().map(Point::line).toList());
    return new KillPoints(folder);
  }

  /// What a JVM is to be started with.
  public List<String> jvmOptions() {
    Path jar =
        Path.of(
            URI.create(
                KillPoints.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          jar + " is no jar: package services/killpoints before tests that kill");
    }
    return List.of("-javaagent:" + jar + "=" + folder, "--enable-native-access=ALL-UNNAMED");
  }

  /// From now on who reaches the point for the n-th time dies.
  ///
  /// @param victims who is killed instead; none for the process itself
  public void arm(String name, int times, ProcessHandle... victims) {
    int arming = ARMINGS.incrementAndGet();
    StringBuilder armed = new StringBuilder(name + " " + times + " " + arming);
    for (ProcessHandle victim : victims) {
      armed.append(' ').append(victim.pid());
    }
    try {
      disarm();
      // By a rename: nobody reads half a file.
      Path draft = folder.resolve(ARMED + arming);
      Files.writeString(draft, armed);
      Files.move(draft, folder.resolve(ARMED), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From now on nobody dies.
  public void disarm() {
    try {
      Files.deleteIfExists(folder.resolve(ARMED));
      Files.deleteIfExists(folder.resolve(FIRED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the armed point was reached and somebody was killed, or is being killed.
  public boolean fired() {
    return Files.exists(folder.resolve(FIRED));
  }

  /// What is wrong with the points, a line each; empty when nothing is.
  public String broken() {
    Path file = folder.resolve(BROKEN);
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
