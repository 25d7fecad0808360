package dev.kumiai.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

  @TempDir private Path folder;

  @Test
  void onAJvmLibrariesComeFromTheirJars() {
    assertThat(NativeLibraries.find("torch")).isEmpty();
  }

  @Test
  void findsALibraryOfTheFolder() throws IOException {
    Path library = Files.createFile(folder.resolve("libtorch.so"));

    assertThat(NativeLibraries.require(folder, "libtorch.so")).isEqualTo(library);
  }

  @Test
  void saysWhichFileIsMissingAndWhatToDo() {
    assertThatThrownBy(() -> NativeLibraries.require(folder.resolve("lib"), "libtorch.so"))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessage(
            "there is no %s/lib/libtorch.so: copy the folder lib that was built with this executable, or name it with KUMIAI_NATIVE_LIBRARIES",
            folder);
  }
}
