package dev.kumiai.acceptance.layering;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Our types that Jackson reads or writes by reflection, as far as the compiled code tells.
///
/// It begins at every method that hands something to Jackson, or to a method of ours that hands an
/// `Object` on to it: what the method is given, makes, fetches or names, if it is a record, may be
/// what is written or read. So may kinds of resources in Kubernetes. From there on it goes through
/// fields and the cases of sealed types.
final class JacksonTypes {

  private static final String DATABIND = "com.fasterxml.jackson.databind.";

  private static final Set<String> BINDERS =
      Set.of(
          DATABIND + "ObjectMapper",
          DATABIND + "ObjectReader",
          DATABIND + "ObjectWriter",
          DATABIND + "SequenceWriter");

  private static final Set<String> READS =
      Set.of("readValue", "readValues", "readerFor", "treeToValue", "convertValue");

  private static final Set<String> WRITES =
      Set.of(
          "writeValue",
          "writeValueAsBytes",
          "writeValueAsString",
          "writerFor",
          "write",
          "valueToTree",
          "convertValue");

  /// Packages of the values that stand in JSON, besides times and JSON itself.
  private static final Set<String> VALUES =
      Set.of("java.lang", "java.math", "java.net", "java.util");

  private static final String CREATOR = "com.fasterxml.jackson.annotation.JsonCreator";

  private static final String TYPE_REFERENCE = "com.fasterxml.jackson.core.type.TypeReference";

  private static final String CUSTOM_RESOURCE = "io.fabric8.kubernetes.client.CustomResource";

  private final JavaClasses classes;
  private final Set<JavaClass> texts;

  private JacksonTypes(JavaClasses classes) {
    this.classes = classes;
    // Written and read as one text by code of ours, without a look inside.
    this.texts =
        classes.get("dev.kumiai.protocol.KumiaiJson").getReferencedClassObjects().stream()
            .map(ReferencedClassObject::getRawType)
            .collect(Collectors.toSet());
  }

  /// All of them, by name.
  static SortedSet<String> of(JavaClasses classes) {
    JacksonTypes types = new JacksonTypes(classes);
    return types.closure(types.roots()).stream()
        .map(JavaClass::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<JavaClass> roots() {
    Set<JavaClass> roots = new HashSet<>();
    Set<JavaClass> perhaps = new HashSet<>();
    Set<JavaCodeUnit> writers = writers();
    for (JavaClass type : classes) {
      type.getSuperclass()
          .filter(parent -> namesWhatIsBound(parent.toErasure()))
          .ifPresent(parent -> roots.addAll(parent.getAllInvolvedRawTypes()));
      if (type.isAssignableTo(CUSTOM_RESOURCE)) {
        roots.add(type);
      }
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        if (calls(unit, READS)) {
          roots.addAll(named(unit));
        }
        if (writes(unit, writers)) {
          roots.addAll(named(unit));
          perhaps.addAll(handled(unit));
        }
      }
    }
    perhaps.stream().filter(type -> isOurs(type) && isData(type)).forEach(roots::add);
    return roots;
  }

  /// By its type parameters: spec and status of a kind of resource, which the client binds.
  private static boolean namesWhatIsBound(JavaClass parent) {
    return Set.of(TYPE_REFERENCE, CUSTOM_RESOURCE).contains(parent.getName());
  }

  /// Methods of ours that hand an object of any kind on to Jackson.
  private Set<JavaCodeUnit> writers() {
    Set<JavaCodeUnit> writers = new HashSet<>();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (JavaClass type : classes) {
        for (JavaMethod method : type.getMethods()) {
          if (takesAnything(method) && writes(method, writers)) {
            grew |= writers.add(method);
          }
        }
      }
    }
    return writers;
  }

  private static boolean takesAnything(JavaMethod method) {
    return method.getRawParameterTypes().stream()
        .anyMatch(parameter -> parameter.isEquivalentTo(Object.class));
  }

  private static boolean writes(JavaCodeUnit unit, Set<JavaCodeUnit> writers) {
    return calls(unit, WRITES)
        || unit.getMethodCallsFromSelf().stream()
            .map(call -> call.getTarget().resolveMember())
            .anyMatch(method -> method.filter(writers::contains).isPresent());
  }

  private static boolean calls(JavaCodeUnit unit, Set<String> names) {
    return unit.getMethodCallsFromSelf().stream()
        .map(JavaMethodCall::getTarget)
        .anyMatch(
            target ->
                BINDERS.contains(target.getOwner().getName()) && names.contains(target.getName()));
  }

  /// Classes that the method names, such as `SetReport.class`.
  private static Set<JavaClass> named(JavaCodeUnit unit) {
    return unit.getReferencedClassObjects().stream()
        .map(ReferencedClassObject::getRawType)
        .collect(Collectors.toSet());
  }

  /// What the method is given, makes or fetches, and what it belongs to.
  private static Set<JavaClass> handled(JavaCodeUnit unit) {
    Set<JavaClass> handled = new HashSet<>();
    handled.add(unit.getOwner());
    unit.getParameterTypes().forEach(type -> handled.addAll(type.getAllInvolvedRawTypes()));
    unit.getConstructorCallsFromSelf().forEach(call -> handled.add(call.getTargetOwner()));
    for (JavaMethodCall call : unit.getMethodCallsFromSelf()) {
      handled.add(call.getTarget().getRawReturnType());
    }
    for (JavaFieldAccess access : unit.getFieldAccesses()) {
      handled.add(access.getTarget().getRawType());
    }
    return handled;
  }

  private Set<JavaClass> closure(Set<JavaClass> roots) {
    Set<JavaClass> all = new HashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      JavaClass type = open.pop();
      if (!isOurs(type) || !isBound(type) || !all.add(type)) {
        continue;
      }
      Stream.of(fieldTypes(type), created(type), type.getAllSubclasses(), type.getRawInterfaces())
          .flatMap(Collection::stream)
          .forEach(open::push);
    }
    return all;
  }

  private boolean isBound(JavaClass type) {
    return !texts.contains(type)
        && (type.isRecord()
            || type.isEnum()
            || type.isInterface()
            || type.isAssignableTo(CUSTOM_RESOURCE));
  }

  /// What a method takes that Jackson calls in place of a constructor.
  private static Set<JavaClass> created(JavaClass type) {
    return type.getMethods().stream()
        .filter(method -> method.isAnnotatedWith(CREATOR))
        .flatMap(method -> method.getParameterTypes().stream())
        .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream())
        .collect(Collectors.toSet());
  }

  private static Set<JavaClass> fieldTypes(JavaClass type) {
    return type.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .map(JavaField::getType)
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }

  private boolean isOurs(JavaClass type) {
    return classes.contain(type.getName());
  }

  /// Whether JSON can hold it: a record or enum of ours, or the sealed type of some, with nothing
  /// else in it. What is no data was handed to Jackson by nobody.
  private boolean isData(JavaClass type) {
    return isData(type, new HashSet<>());
  }

  private boolean isData(JavaClass type, Set<JavaClass> open) {
    if (texts.contains(type) || type.isEnum() || !open.add(type)) {
      return true;
    }
    if (!isOurs(type)) {
      return type.isPrimitive()
          || VALUES.contains(type.getPackageName())
          || type.isEquivalentTo(Instant.class)
          || type.isAssignableTo(JsonNode.class);
    }
    if (type.isRecord()) {
      return fieldTypes(type).stream().allMatch(field -> isData(field, open));
    }
    Set<JavaClass> cases = type.getAllSubclasses();
    return type.isInterface()
        && !cases.isEmpty()
        && cases.stream().allMatch(one -> isData(one, open));
  }
}
