package dev.kumiai.acceptance.layering;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Inside aggregation: `rest -> verbs -> core`, and `store` implements what the verbs declare.
class AggregationLayeringTest {

  private static final String ROOT = "dev.kumiai.aggregation";
  private static final String REST = ROOT + ".rest..";
  private static final String STORE = ROOT + ".store..";
  private static final String MESSAGING = ROOT + ".messaging..";
  private static final String TELEMETRY = ROOT + ".telemetry..";
  private static final String CONFIG = ROOT + ".config..";
  private static final String VIEW = ROOT + ".view..";
  private static final String KUBERNETES = ROOT + ".kubernetes..";
  private static final String[] VERBS =
      Stream.of(
              "access",
              "run",
              "pilot",
              "round",
              "site",
              "task",
              "model",
              "ledger",
              "event",
              "request",
              "json",
              "retention")
          .map(verb -> ROOT + "." + verb + "..")
          .toArray(String[]::new);

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes = Modules.importAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "access",
        "run",
        "pilot",
        "round",
        "site",
        "task",
        "model",
        "ledger",
        "event",
        "request",
        "json",
        "retention"
      })
  void everyVerbIsAPackage(String verb) {
    assertThat(classes.that(resideInAPackage(ROOT + "." + verb))).isNotEmpty();
  }

  @Test
  void everythingIsAVerbOrAnEdge() {
    classes()
        .that()
        .resideInAPackage(ROOT + "..")
        .should()
        .resideInAnyPackage(
            Stream.concat(
                    Stream.of(VERBS),
                    Stream.of(ROOT, REST, STORE, MESSAGING, TELEMETRY, CONFIG, VIEW, KUBERNETES))
                .toArray(String[]::new))
        .check(classes);
  }

  @Test
  void nobodyImportsRest() {
    noClasses()
        .that()
        .resideOutsideOfPackage(REST)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(REST)
        .check(classes);
  }

  @Test
  void nobodyImportsStore() {
    noClasses()
        .that()
        .resideOutsideOfPackage(STORE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(STORE)
        .check(classes);
  }

  @Test
  void nobodyImportsMessaging() {
    noClasses()
        .that()
        .resideOutsideOfPackage(MESSAGING)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(MESSAGING)
        .check(classes);
  }

  /// Nor does anything but that edge know that there are clusters.
  @Test
  void onlyTheEdgeToKubernetesKnowsIt() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackage(KUBERNETES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            KUBERNETES, "dev.kumiai.kubernetes..", "io.fabric8..", "io.javaoperatorsdk..")
        .check(classes);
  }

  @Test
  void onlyMessagingKnowsTheBroker() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackage(MESSAGING)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "io.smallrye.reactive.messaging..",
            "org.eclipse.microprofile.reactive.messaging..")
        .check(classes);
  }

  @Test
  void configImportsNothingOfTheService() {
    noClasses()
        .that()
        .resideInAPackage(CONFIG)
        .should()
        .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(resideOutsideOfPackage(CONFIG)))
        .check(classes);
  }

  @Test
  void verbsDependOnEachOtherInOneDirection() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyStoreKnowsTheDatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackage(STORE)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "jakarta.persistence..",
                    "org.hibernate..",
                    "org.flywaydb..",
                    "java.sql..",
                    "javax.sql..")
                .and(resideOutsideOfPackage("org.hibernate.validator..")))
        .check(classes);
  }

  @Test
  void onlyStoreKnowsS3() {
    noClasses()
        .that()
        .resideOutsideOfPackage(STORE)
        .and()
        .resideInAPackage(ROOT + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(classes);
  }

  @Test
  void entitiesStayPackagePrivate() {
    classes()
        .that()
        .areAnnotatedWith("jakarta.persistence.Entity")
        .should()
        .bePackagePrivate()
        .andShould()
        .resideInAPackage(STORE)
        .check(classes);
  }

  /// The beans of `store` are reached through the interfaces of the verbs, so each implements one.
  @Test
  void storeImplementsWhatTheVerbsDeclare() {
    classes()
        .that()
        .resideInAPackage(STORE)
        .and()
        .areAnnotatedWith("jakarta.enterprise.context.ApplicationScoped")
        .should()
        .implement(
            describe(
                "an interface that a verb declares",
                (JavaClass type) -> type.isInterface() && resideInAnyPackage(VERBS).test(type)))
        .check(classes);
  }

  @Test
  void onlyRestSpeaksHttp() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackage(REST)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.ws.rs..", "io.vertx..", "org.jboss.resteasy..")
        .check(classes);
  }
}
