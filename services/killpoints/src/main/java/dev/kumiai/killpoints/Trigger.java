package dev.kumiai.killpoints;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Called by the code under test at each point.
public final class Trigger {

  private static final int SIGKILL = 9;

  /// The words of `armed`: name, times, number of the arming, process ids.
  private static final int PIDS = 3;

  /// How often the armed point was reached, by what `armed` says.
  private static final Map<String, Integer> REACHED = new HashMap<>();

  private static @Nullable Path folder;

  private Trigger() {}

  static synchronized void watch(Path armedIn) {
    folder = armedIn;
  }

  /// Kills if this point is armed and was reached often enough. Synchronized: while one thread is
  /// about to kill, no other gets past a point.
  public static synchronized void reached(String name) {
    Path armedIn = folder;
    if (armedIn == null) {
      return;
    }
    try {
      String armed = Files.readString(armedIn.resolve(KillPoints.ARMED));
      List<String> words = Arrays.asList(armed.split(" "));
      if (words.getFirst().equals(name)
          && REACHED.merge(armed, 1, Integer::sum) == Integer.parseInt(words.get(1))) {
        Files.writeString(
            Files.createFile(armedIn.resolve(KillPoints.FIRED)),
            name + " " + ProcessHandle.current().pid());
        kill(words.subList(PIDS, words.size()));
      }
    } catch (NoSuchFileException | FileAlreadyExistsException _) {
      // Not armed, or another process was first.
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// By the system call: nothing of the process has a chance to do anything about it.
  private static void kill(List<String> victims) {
    if (victims.isEmpty()) {
      signal(ProcessHandle.current().pid());
      while (true) {
        LockSupport.park();
      }
    }
    List<ProcessHandle> families = new ArrayList<>();
    victims.stream()
        .map(Long::valueOf)
        .map(ProcessHandle::of)
        .flatMap(java.util.Optional::stream)
        .flatMap(victim -> Stream.concat(Stream.of(victim), victim.descendants()))
        .forEach(families::add);
    families.forEach(victim -> signal(victim.pid()));
  }

  @SuppressWarnings("restricted") // allowed by the options that KillPoints gives
  private static void signal(long pid) {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int _ = (int) kill.invokeExact((int) pid, SIGKILL);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot kill " + pid, e);
    }
  }
}
