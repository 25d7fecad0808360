package dev.kumiai.engine.model;

import java.util.List;

/// How well a network does on some images.
///
/// @param examples how many images
/// @param loss mean cross-entropy in nats, of a generator the mean squared error of `v`; may be
///   infinite or NaN for weights that have diverged
/// @param perClass each class that occurs, in the order of the images' classes
public record Evaluation(long examples, double loss, List<ClassHits> perClass) {

  public Evaluation {
    perClass = List.copyOf(perClass);
  }

  /// Share of images whose most probable class, of a generator the class that explains them best,
  /// is the right one.
  public double accuracy() {
    long hits = perClass.stream().mapToLong(ClassHits::hits).sum();
    return (double) hits / examples;
  }

  /// How often one class occurs and how often it is recognised.
  public record ClassHits(String label, long examples, long hits) {}
}
