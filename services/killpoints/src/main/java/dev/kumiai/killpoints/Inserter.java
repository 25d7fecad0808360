package dev.kumiai.killpoints;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Inserts a call of [Trigger#reached] at each point into the classes as they are loaded.
public final class Inserter implements ClassFileTransformer {

  private final Path folder;
  private final Map<String, List<Point>> pointsByType;

  private Inserter(Path folder, List<Point> points) {
    this.folder = folder;
    this.pointsByType =
        points.stream().collect(Collectors.groupingBy(point -> point.type().replace('.', '/')));
  }

  /// Has the JVM ask for every class that it loads from now on.
  public static void install(Path folder, Instrumentation jvm) throws IOException {
    Trigger.watch(folder);
    jvm.addTransformer(
        new Inserter(
            folder,
            Files.readAllLines(folder.resolve(KillPoints.POINTS)).stream()
                .map(Point::parse)
                .toList()));
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      String type,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    List<Point> points = pointsByType.getOrDefault(type, List.of());
    if (loader == null || points.isEmpty()) {
      return null;
    }
    try {
      return transform(loader, bytes, points);
    } catch (RuntimeException | Error e) {
      broken(type + ": " + e);
      return null;
    }
  }

  private byte[] transform(ClassLoader loader, byte[] bytes, List<Point> points) {
    ClassHierarchyResolver resolver =
        ClassHierarchyResolver.ofResourceParsing(loader)
            .orElse(ClassHierarchyResolver.defaultResolver());
    ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    byte[] result = bytes;
    List<Insertion> insertions = new ArrayList<>();
    for (Point point : points) {
      Insertion insertion = new Insertion(point);
      insertions.add(insertion);
      result =
          files.transformClass(
              files.parse(result),
              ClassTransform.transformingMethodBodies(
                  method -> method.methodName().equalsString(point.method()), insertion));
    }
    insertions.stream()
        .filter(insertion -> insertion.inserted() == 0)
        .forEach(insertion -> broken("not found: " + insertion.point().line()));
    return result;
  }

  /// The JVM keeps what a transformer throws to itself.
  private void broken(String what) {
    try {
      Files.writeString(
          folder.resolve(KillPoints.BROKEN),
          what + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      System.err.println(what + " " + e);
    }
  }
}
