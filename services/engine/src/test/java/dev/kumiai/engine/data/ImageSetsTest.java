package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The digest that tells whether images are others than they were.
class ImageSetsTest {

  private static final List<String> PITS = List.of("pit");

  @TempDir private Path folder;

  private void put(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Digest digest() {
    return ImageSets.digest(folder, PITS);
  }

  @Test
  void isAnotherWithEveryNameAndEveryByte() throws Exception {
    put("pit/1.png", "one");
    put("pit/2.png", "two");
    Digest before = digest();

    put("pit/2.png", "twO");
    assertThat(digest()).isNotEqualTo(before);
    put("pit/2.png", "two");
    Files.move(folder.resolve("pit/2.png"), folder.resolve("pit/3.png"));
    assertThat(digest()).isNotEqualTo(before);
    Files.delete(folder.resolve("pit/3.png"));
    assertThat(digest()).isNotEqualTo(before);
    put("pit/2.png", "two");
    assertThat(digest()).isEqualTo(before);
  }

  @Test
  void isTheSameWhateverElseIsThere() throws Exception {
    put("pit/1.png", "one");
    Digest before = digest();

    put("stain/1.png", "another class");
    put("pit/.hidden", "passed over");
    put("README.md", "beside the classes");
    Files.setLastModifiedTime(folder.resolve("pit/1.png"), FileTime.fromMillis(0));

    assertThat(digest()).isEqualTo(before);
    assertThat(ImageSets.digest(folder, List.of("pit", "stain"))).isNotEqualTo(before);
  }

  @Test
  void isOfBothIdxFiles() throws Exception {
    put("train-images-idx3-ubyte", "images");
    put("train-labels-idx1-ubyte", "labels");
    Digest before = digest();

    put("train-labels-idx1-ubyte", "others");

    assertThat(digest()).isNotEqualTo(before);
  }

  @Test
  void isOfNothingWhereThereIsNoFolder() {
    assertThatThrownBy(() -> ImageSets.digest(folder.resolve("none"), PITS))
        .extracting("code")
        .isEqualTo("dataset-missing");
  }
}
