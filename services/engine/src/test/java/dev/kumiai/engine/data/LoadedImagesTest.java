package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.KumiaiException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadedImagesTest {

  private static final ImageForm FORM = new ImageForm(1, 1);

  @Test
  void putsUpWithASmallShareOfUnreadableFiles() {
    LoadedImages loaded = loaded(98, 2);

    LabelledImages images = loaded.requireReadable(0.02);

    assertThat(images.size()).isEqualTo(98);
  }

  @Test
  void refusesALargerShareAndNamesTheFirstFiles() {
    LoadedImages loaded = loaded(90, 10);

    assertThatExceptionOfType(KumiaiException.Invalid.class)
        .isThrownBy(() -> loaded.requireReadable(0.05))
        .withMessage(
            "10 of 100 image files cannot be read (pit/0 is empty; pit/1 is empty; pit/2 is empty;"
                + " pit/3 is empty; pit/4 is empty and 5 more), more than the permitted share of"
                + " 0.05: mend or remove them")
        .extracting(KumiaiException::code)
        .isEqualTo("too-many-unreadable-files");
  }

  @Test
  void acceptsNoFilesAtAll() {
    assertThat(loaded(0, 0).requireReadable(0).isEmpty()).isTrue();
  }

  private static LoadedImages loaded(int readable, int unreadable) {
    LabelledImages images =
        LabelledImages.of(
            List.of("pit"), FORM, Collections.nCopies(readable, new byte[1]), new int[readable]);
    List<SkippedFile> skipped =
        IntStream.range(0, unreadable)
            .mapToObj(i -> new SkippedFile("pit/" + i, "is empty"))
            .toList();
    return new LoadedImages(images, skipped);
  }
}
