package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.ImageForm;

/// What the tensors of a [Denoiser] follow from.
///
/// @param architecture the size of its network
/// @param form of the images
/// @param classes how many it is told apart, "no class" not counted
/// @param vocabulary the words it is told
record DiffusionDesign(
    DiffusionArchitecture architecture, ImageForm form, int classes, WordList vocabulary) {

  /// The condition that says nothing.
  Condition nothing() {
    return Condition.of(classes);
  }
}
