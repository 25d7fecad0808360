package dev.kumiai.acceptance.layering;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which module may import which: the table of the floor plan.
class ModuleLayeringTest {

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "core", Set.of(),
          "killpoints", Set.of(),
          "protocol", Set.of("core"),
          "engine", Set.of("core"),
          "worker", Set.of("core", "protocol"),
          "local-training", Set.of("core", "protocol", "worker", "engine"),
          "generation", Set.of("core", "protocol", "worker", "engine"),
          "kubernetes", Set.of("core", "protocol"),
          "aggregation", Set.of("core", "protocol", "kubernetes"),
          "cli", Set.of("core", "protocol"));

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes = Modules.importAll();
  }

  static Stream<String> modules() {
    return Modules.names().stream();
  }

  @Test
  void theTableNamesEveryModule() {
    assertThat(MAY_IMPORT.keySet()).isEqualTo(Modules.names());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void everyModuleKeepsToItsOwnPackages(String module) {
    assertThat(classes.that(resideInAPackage(packages(module)))).isNotEmpty();
  }

  @Test
  void thereIsNoCodeOutsideTheModulesPackages() {
    String[] all =
        Modules.names().stream().map(ModuleLayeringTest::packages).toArray(String[]::new);

    classes().should().resideInAnyPackage(all).check(classes);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void modulesImportOnlyWhatTheTableAllows(String module) {
    importsOnly(module, MAY_IMPORT.getOrDefault(module, Set.of())).check(classes);
  }

  /// Would the rule above see an import that is forbidden? Protocol does import core.
  @Test
  void anImportThatIsNotInTheTableIsSeen() {
    assertThatThrownBy(() -> importsOnly("protocol", Set.of("engine")).check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("dev.kumiai.core.Digest");
  }

  @Test
  void coreStandsOnTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage(packages("core"))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(packages("core"), "java..", "javax.crypto..", "org.jspecify.."))
        .check(classes);
  }

  @Test
  void onlyEngineImportsDjlAndOpenCv() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("engine"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("ai.djl..", "org.opencv..", "nu.pattern.."))
        .check(classes);
  }

  @Test
  void coreProtocolAndEngineKnowNoServiceFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(packages("core"), packages("protocol"), packages("engine"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.quarkus..",
                "io.smallrye..",
                "jakarta.enterprise..",
                "jakarta.inject..",
                "jakarta.persistence..",
                "jakarta.ws.rs..",
                "org.eclipse.microprofile.."))
        .check(classes);
  }

  private static ArchRule importsOnly(String module, Set<String> allowed) {
    String[] packages =
        Stream.concat(Stream.of(module), allowed.stream())
            .map(ModuleLayeringTest::packages)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(packages(module))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.kumiai..").and(resideOutsideOfPackages(packages)));
  }

  private static String packages(String module) {
    return "dev.kumiai." + module.replace("-", "") + "..";
  }
}
