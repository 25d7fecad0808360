package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.ImageForm;
import java.util.List;
import java.util.Set;

/// What a generator can be asked for.
///
/// @param classes the classes it knows, in the order of its labels
/// @param form the form of its samples
/// @param guidance what can steer it
public record Capabilities(List<String> classes, ImageForm form, Set<Guidance.Kind> guidance) {

  public Capabilities {
    classes = List.copyOf(classes);
    guidance = Set.copyOf(guidance);
  }
}
