package dev.kumiai.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.jar.JarFile;

/// Runs the main class of a jar and ends the process when its standard input ends. The parent holds
/// the other end of that pipe and writes nothing: the kernel closes it when the parent dies, even
/// of `kill -9`, so no service is ever left behind. The services know nothing of this.
public final class Tether {

  /// Time for the service's own orderly end before the process is halted.
  private static final int GRACE_MILLIS = 5_000;

  /// As if by SIGTERM.
  private static final int STATUS = 143;

  private Tether() {}

  /// Runs the jar's main class.
  ///
  /// @param args the jar, which must be on the class path too, then its main class's own arguments
  public static void main(String... args) throws IOException, ReflectiveOperationException {
    Thread.ofPlatform().daemon().name("tether").start(Tether::endWithParent);
    String main;
    try (JarFile jar = new JarFile(args[0])) {
      main = jar.getManifest().getMainAttributes().getValue("Main-Class");
    }
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(main).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(main + " failed", e.getCause());
    }
  }

  /// Puts this class alone into a folder for a class path. The rest of this application has no
  /// place on a service's class path: its configuration would be read there.
  static Path copyTo(Path folder) throws IOException {
    String name = Tether.class.getName().replace('.', '/') + ".class";
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream in =
        Objects.requireNonNull(Tether.class.getResourceAsStream("Tether.class"))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
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
