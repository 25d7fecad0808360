package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderWriterTest {

  private static final List<String> CLASSES = List.of("crack", "pit", "sound");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatItWritesIsReadBackByteForByte(int channels) {
    ImageForm form = new ImageForm(9, channels);
    LabelledImages images =
        LabelledImages.of(
            CLASSES,
            form,
            List.of(
                TestImages.noise(form, 1), TestImages.noise(form, 2), TestImages.noise(form, 3)),
            new int[] {2, 0, 2});

    ImageFolderWriter.write(images, folder.resolve("set"));

    LabelledImages read = ImageSets.load(folder.resolve("set"), CLASSES, form).requireReadable(0);
    assertThat(read.countPerClass()).containsExactly(1, 0, 2);
    assertThat(read.contentDigest(0)).isEqualTo(images.contentDigest(1));
    assertThat(read.contentDigest(1)).isEqualTo(images.contentDigest(0));
    assertThat(read.contentDigest(2)).isEqualTo(images.contentDigest(2));
    assertThat(folder.resolve("set/sound/00001.png")).isRegularFile();
    assertThat(folder.resolve("set/pit")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../up", "a/b", ".hidden", " "})
  void refusesClassesThatAreNoFolder(String name) {
    LabelledImages none = LabelledImages.none(List.of(name), new ImageForm(1, 1));

    assertThatExceptionOfType(KumiaiException.Invalid.class)
        .isThrownBy(() -> ImageFolderWriter.write(none, folder))
        .extracting(KumiaiException::code)
        .isEqualTo("class-name-unusable");
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    LabelledImages none = LabelledImages.none(CLASSES, new ImageForm(1, 1));

    assertThatExceptionOfType(KumiaiException.Unavailable.class)
        .isThrownBy(() -> ImageFolderWriter.write(none, file))
        .withMessageContaining("cannot write images to " + file);
  }
}
