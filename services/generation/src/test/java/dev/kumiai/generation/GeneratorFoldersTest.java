package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Bundles of stable-diffusion among the generators of a worker.
final class GeneratorFoldersTest {

  /// The small random model that engine's tests compare with diffusers.
  private static final Path TINY =
      Path.of("../engine/src/test/resources/stable-diffusion/tiny.zip");

  private static final ImageForm FORM = new ImageForm(28, 1);

  @TempDir private Path folder;
  private Path bundle;
  private Digest digest;

  @BeforeEach
  void copy() throws IOException {
    bundle = Files.createDirectory(folder.resolve("tiny"));
    try (ZipFile zip = new ZipFile(TINY.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        Files.copy(zip.getInputStream(entry), bundle.resolve(entry.getName()));
      }
    }
    digest = Digest.of(bundle.resolve("manifest.json"));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private Generators.Found find(Digest wanted) {
    return new GeneratorFolders(List.of(folder)).find(wanted, FORM);
  }

  @Test
  void findsABundleByTheDigestOfItsManifest() {
    assertThat(made(find(digest)).form()).isEqualTo(FORM);
  }

  @Test
  void findsABundleInAZip() throws IOException {
    LabelledImages fromFolder = made(find(digest));
    try (OutputStream out = Files.newOutputStream(folder.resolve("tiny.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : files(bundle)) {
        zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, zip);
        zip.closeEntry();
        Files.delete(file);
      }
    }
    Files.delete(bundle);

    assertThat(made(find(digest)).contentDigest(0)).isEqualTo(fromFolder.contentDigest(0));
  }

  private static LabelledImages made(Generators.Found found) {
    List<LabelledImages> made = new ArrayList<>();
    try (Generator generator = found.load(() -> EngineDevice.cpu(1))) {
      generator.generate(
          new GenerationRequest("crack", 1, new Guidance.Prompt(), 5, 2, 1),
          made::add,
          Progress.SILENT);
    }
    assertThat(made).hasSize(1);
    return made.getFirst();
  }

  @Test
  void tellsWhichBundlesAreThereInstead() throws IOException {
    Files.writeString(folder.resolve("photos.zip"), "no zip at all");
    Digest other = Digest.of(new byte[0]);

    assertThatThrownBy(() -> find(other))
        .isInstanceOfSatisfying(
            KumiaiException.NotFound.class,
            e -> assertThat(e.code()).isEqualTo("generator-missing"))
        .hasMessageContaining("tiny (sha256:" + digest.hex().substring(0, 12))
        .hasMessageContaining("photos.zip (unusable: generator-foreign)");
  }

  @Test
  void refusesABundleThatIsDamaged() throws IOException {
    byte[] unet = Files.readAllBytes(bundle.resolve("unet.pt"));
    Files.write(bundle.resolve("unet.pt"), new byte[unet.length]);
    Generators.Found found = find(digest);

    assertRefused("generator-file-damaged", () -> found.load(() -> EngineDevice.cpu(1)));

    Files.delete(bundle.resolve("unet.pt"));
    assertRefused("generator-file-missing", () -> find(digest));
    Digest other = Digest.of(new byte[0]);
    assertThatThrownBy(() -> find(other))
        .hasMessageContaining("tiny (unusable: generator-file-missing)");
  }

  private static void assertRefused(
      String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void drawsASheetOfWhateverItIsAskedFor() {
    Path sheet = folder.resolve("sheet.png");
    StringWriter err = new StringWriter();
    CommandLine sample = new CommandLine(new SampleCommand()).setErr(new PrintWriter(err));

    int status =
        sample.execute(
            bundle.toString(),
            "--classes",
            "crack,pit",
            "--count",
            "2",
            "--sampling-steps",
            "2",
            "--out",
            sheet.toString());

    assertThat(status).as(err.toString()).isZero();
    assertThat(sheet).isNotEmptyFile();
    assertThat(err.toString()).contains("4 samples in");
  }
}
