package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.ImageForm;
import java.util.List;

/// What a generator is and what it was made from. The file carries it, and a readable copy stands
/// beside the file.
///
/// @param classes the classes, in the order of its labels
/// @param form the form of its samples
/// @param scale what brought the training images to mean 0 and variance 1
/// @param architecture the size of its network
/// @param vocabulary the words that it understands in a prompt
/// @param origin what it was made from
public record GeneratorCard(
    List<String> classes,
    ImageForm form,
    PixelScale scale,
    DiffusionArchitecture architecture,
    WordList vocabulary,
    Origin origin) {

  public GeneratorCard {
    classes = List.copyOf(classes);
  }

  DiffusionDesign design() {
    return new DiffusionDesign(architecture, form, classes.size(), vocabulary);
  }

  /// What a generator was made from.
  ///
  /// @param trainedOn the training set, in words
  /// @param images how many images it had
  /// @param licence the terms the generator is under, as its maker gave them
  /// @param steps optimiser steps that were made
  /// @param batch images in each step
  /// @param seed of the training
  public record Origin(
      String trainedOn, int images, String licence, int steps, int batch, long seed) {}
}
