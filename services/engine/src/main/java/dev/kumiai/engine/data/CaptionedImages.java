package dev.kumiai.engine.data;

import java.util.Collections;
import java.util.List;

/// Images with words for what each shows besides its class.
///
/// @param captions one for each image, empty where there is none
public record CaptionedImages(LabelledImages images, List<String> captions) {

  public CaptionedImages {
    captions = List.copyOf(captions);
    if (captions.size() != images.size()) {
      throw new IllegalArgumentException(
          images.size() + " images and " + captions.size() + " captions");
    }
  }

  /// Images without a caption.
  public static CaptionedImages without(LabelledImages images) {
    return new CaptionedImages(images, Collections.nCopies(images.size(), ""));
  }
}
