package dev.kumiai.killpoints;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URI;
import java.nio.file.Path;
import java.util.jar.JarFile;

/// Where the JVM begins. This class is loaded by the application's class loader, all others of the
/// package by the boot loader, so it may use what is public only.
public final class KillAgent {

  private KillAgent() {}

  /// Called by the JVM before `main`.
  ///
  /// @param arguments the folder
  public static void premain(String arguments, Instrumentation jvm) throws IOException {
    // Whatever class loader a service has, it finds what the boot loader has.
    jvm.appendToBootstrapClassLoaderSearch(new JarFile(ownJar()));
    Inserter.install(Path.of(arguments), jvm);
  }

  private static String ownJar() {
    return Path.of(
            URI.create(
                KillAgent.class.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }
}
