package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableDiffusionBundleTest {

  private static final EngineDevice CPU = EngineDevice.cpu(1);

  @TempDir private Path temp;
  private Path bundle;

  @BeforeEach
  void copy() throws IOException {
    bundle = TinyBundle.copy(temp.resolve("bundle"));
  }

  @Test
  void isNamedByTheDigestOfItsManifest() throws IOException {
    Digest digest = Digest.of(bundle.resolve("manifest.json"));

    assertThat(StableDiffusionBundle.open(bundle, digest).digest()).isEqualTo(digest);
    assertThat(StableDiffusionBundle.digest(bundle)).isEqualTo(digest);
    assertThat(StableDiffusionBundle.open(bundle).imageSize()).isEqualTo(64);
  }

  @Test
  void isTheSameAsAZipAndLeavesNothingUnpacked() throws IOException {
    Path zip = TinyBundle.zip(bundle, temp.resolve("bundle.zip"));
    Set<Path> before = unpacked();

    StableDiffusionBundle zipped = StableDiffusionBundle.open(zip);

    assertThat(zipped.digest()).isEqualTo(StableDiffusionBundle.open(bundle).digest());
    try (LatentDiffusion fromZip = zipped.model(CPU);
        LatentDiffusion fromFolder = StableDiffusionBundle.open(bundle).model(CPU)) {
      assertThat(sample(fromZip)).isEqualTo(sample(fromFolder));
    }
    assertThat(unpacked()).isEqualTo(before);
  }

  private static float[] sample(LatentDiffusion model) {
    float[] z = Golden.floats("text-to-image.ddim.noise");
    LatentDiffusion.Steering steering =
        new LatentDiffusion.Steering(List.of(new Prompt("crack"), new Prompt("pit")), 2);
    model.denoise(z, model.sampler(Sampler.Kind.DDIM, 2), 0, steering, _ -> {});
    return model.decode(z);
  }

  private static Set<Path> unpacked() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("kumiai-generator-"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void isNotOpenedUnderAnotherDigest() {
    Digest other = Digest.of(new byte[0]);

    assertThatThrownBy(() -> StableDiffusionBundle.open(bundle, other))
        .satisfies(code("generator-digest-mismatch"))
        .hasMessageContaining(other.hex());
  }

  @Test
  void refusesFilesThatWereCutOff() throws IOException {
    for (String name : StableDiffusionBundle.FILES) {
      byte[] whole = Files.readAllBytes(bundle.resolve(name));
      Files.write(bundle.resolve(name), java.util.Arrays.copyOf(whole, whole.length - 1));

      assertRefused("generator-file-damaged", name, () -> StableDiffusionBundle.open(bundle));
      Files.write(bundle.resolve(name), whole);
    }
  }

  @Test
  void refusesFilesThatWereChanged() throws IOException {
    for (String name : StableDiffusionBundle.FILES) {
      byte[] whole = Files.readAllBytes(bundle.resolve(name));
      byte[] changed = whole.clone();
      changed[whole.length / 2] ^= 1;
      Files.write(bundle.resolve(name), changed);
      Path zip = TinyBundle.zip(bundle, temp.resolve(name + ".zip"));

      StableDiffusionBundle inFolder = StableDiffusionBundle.open(bundle);
      assertRefused("generator-file-damaged", name, () -> inFolder.model(CPU));
      Set<Path> before = unpacked();
      StableDiffusionBundle inZip = StableDiffusionBundle.open(zip);
      assertRefused("generator-file-damaged", name, () -> inZip.model(CPU));
      assertThat(unpacked()).isEqualTo(before);
      Files.write(bundle.resolve(name), whole);
    }
  }

  @Test
  void refusesABundleThatIsNotWhole() throws IOException {
    for (String name : StableDiffusionBundle.FILES) {
      byte[] whole = Files.readAllBytes(bundle.resolve(name));
      Files.delete(bundle.resolve(name));

      assertRefused("generator-file-missing", name, () -> StableDiffusionBundle.open(bundle));
      Files.write(bundle.resolve(name), whole);
    }
    StableDiffusionBundle opened = StableDiffusionBundle.open(bundle);
    Files.delete(bundle.resolve("unet.pt"));
    assertRefused("generator-file-missing", "unet.pt", () -> opened.model(CPU));
  }

  @Test
  void refusesAManifestThatWasChangedSinceItWasOpened() throws IOException {
    StableDiffusionBundle opened = StableDiffusionBundle.open(bundle);
    TinyBundle.edit(bundle, json -> json.addProperty("sampler", "ddim"));

    assertRefused("generator-digest-mismatch", "changed", () -> opened.model(CPU));
  }

  @Test
  void refusesWhatIsNoBundle() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("empty"));
    Path zip = TinyBundle.zip(folder, temp.resolve("empty.zip"));
    Path cut = TinyBundle.zip(bundle, temp.resolve("cut.zip"));
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));

    assertThat(StableDiffusionBundle.isBundle(folder)).isFalse();
    assertThatThrownBy(() -> StableDiffusionBundle.open(folder))
        .satisfies(code("generator-missing"));
    assertThatThrownBy(() -> StableDiffusionBundle.open(temp.resolve("none")))
        .satisfies(code("generator-missing"));
    assertRefused("generator-foreign", "manifest.json", () -> StableDiffusionBundle.open(zip));
    assertRefused("generator-foreign", "cut off", () -> StableDiffusionBundle.open(cut));
  }

  @Test
  void refusesAManifestThatItDoesNotUnderstandWhole() throws IOException {
    refusesManifest(json -> json.addProperty("colour", "red"), "colour");
    refusesManifest(json -> json.remove("latentScale"), "latentScale");
    refusesManifest(json -> json.addProperty("kind", "class-diffusion"), "class-diffusion");
    refusesManifest(json -> json.addProperty("version", 2), "version");
    refusesManifest(json -> json.addProperty("prediction", "sample"), "sample");
    refusesManifest(json -> json.addProperty("precision", "int8"), "int8");
    refusesManifest(json -> json.addProperty("sampler", "euler"), "euler");
    refusesManifest(json -> json.addProperty("imageSize", 65), "65");
    refusesManifest(json -> json.addProperty("latentScale", 0), "latent scale");
    refusesManifest(json -> json.getAsJsonObject("betas").addProperty("end", 1.5), "betas");
    refusesManifest(json -> json.getAsJsonObject("betas").addProperty("power", 2), "power");
    refusesManifest(json -> json.getAsJsonObject("ddim").addProperty("stepsOffset", 2), "shifted");
    refusesManifest(
        json -> json.getAsJsonObject("ddim").addProperty("lastAlphaIsOne", "yes"), "neither true");
    refusesManifest(json -> json.getAsJsonObject("files").remove("unet.pt"), "unet.pt");
    refusesManifest(
        json -> json.getAsJsonObject("files").add("../evil.pt", new JsonObject()), "../evil.pt");
    refusesManifest(
        json ->
            json.getAsJsonObject("files").getAsJsonObject("unet.pt").addProperty("sha256", "ab"),
        "'ab'");
    Files.writeString(bundle.resolve("manifest.json"), "");
    assertRefused("generator-manifest-invalid", "object", () -> StableDiffusionBundle.open(bundle));
    Files.writeString(bundle.resolve("manifest.json"), "{\"kind\": ");
    assertRefused("generator-manifest-invalid", "", () -> StableDiffusionBundle.open(bundle));
  }

  private void refusesManifest(Consumer<JsonObject> change, String what) throws IOException {
    byte[] before = Files.readAllBytes(bundle.resolve("manifest.json"));
    TinyBundle.edit(bundle, change);

    assertRefused("generator-manifest-invalid", what, () -> StableDiffusionBundle.open(bundle));
    Files.write(bundle.resolve("manifest.json"), before);
  }

  @Test
  void refusesModulesThatLibtorchCannotLoad() throws IOException {
    Files.copy(
        bundle.resolve("merges.txt"),
        bundle.resolve("unet.pt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    TinyBundle.sign(bundle);
    StableDiffusionBundle opened = StableDiffusionBundle.open(bundle);

    assertRefused("generator-module-unreadable", "libtorch", () -> opened.model(CPU));
  }

  @Test
  void refusesModulesOfAnotherModel() throws IOException {
    TinyBundle.edit(bundle, json -> json.addProperty("textWidth", 768));
    StableDiffusionBundle opened = StableDiffusionBundle.open(bundle);

    assertRefused("generator-module-mismatch", "768", () -> opened.model(CPU));
  }

  @Test
  void tellsWhichModuleFailed() throws IOException {
    TinyBundle.edit(bundle, json -> json.addProperty("latentChannels", 3));
    try (LatentDiffusion model = StableDiffusionBundle.open(bundle).model(CPU)) {
      float[] latents = new float[3 * 8 * 8];

      assertThatThrownBy(() -> model.decode(latents))
          .isInstanceOf(KumiaiException.Unavailable.class)
          .satisfies(code("generator-module-failed"))
          .hasMessageContaining("vae_decoder.pt");
    }
  }

  private void assertRefused(String code, String what, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(KumiaiException.Invalid.class)
        .satisfies(code(code))
        .hasMessageContaining(what)
        .hasMessageContaining(temp.toString());
  }

  private static Consumer<Throwable> code(String code) {
    return e -> assertThat(((KumiaiException) e).code()).isEqualTo(code);
  }
}
