package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.Generator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A `stable-diffusion` generator as the export script leaves it: TorchScript modules, the files of
/// the tokenizer, and `manifest.json`, in one folder or one zip.
///
/// The bundle's digest is that of its manifest, which holds those of all other files, so one digest
/// names every byte. Opening reads the manifest and looks for the files; loading checks them.
public final class StableDiffusionBundle {

  static final String MANIFEST = "manifest.json";
  static final String VOCABULARY = "vocab.json";
  static final String MERGES = "merges.txt";

  /// The files of every bundle beside its manifest.
  static final List<String> FILES =
      List.of(
          StableModules.Part.TEXT_ENCODER.file(),
          StableModules.Part.UNET.file(),
          StableModules.Part.VAE_ENCODER.file(),
          StableModules.Part.VAE_DECODER.file(),
          VOCABULARY,
          MERGES);

  private final Path path;
  private final BundleManifest manifest;
  private final Digest digest;

  private StableDiffusionBundle(Path path, BundleManifest manifest, Digest digest) {
    this.path = path;
    this.manifest = manifest;
    this.digest = digest;
  }

  /// Whether this looks like a bundle, whole or not: a folder with a manifest, or a zip.
  public static boolean isBundle(Path path) {
    return Files.isDirectory(path)
        ? Files.isRegularFile(path.resolve(MANIFEST))
        : path.toString().endsWith(".zip") && Files.isRegularFile(path);
  }

  /// Opens a bundle.
  ///
  /// @throws KumiaiException.NotFound `generator-missing`
  /// @throws KumiaiException.Invalid `generator-foreign` for a zip without a manifest or of
  ///   something else, `generator-manifest-invalid`, `generator-file-missing`,
  ///   `generator-file-damaged` for a file that is too short or too long
  /// @throws KumiaiException.Unavailable `generator-unreadable`
  public static StableDiffusionBundle open(Path path) {
    if (!isBundle(path)) {
      throw new KumiaiException.NotFound(
          "generator-missing",
          "there is no generator bundle %s: it is a folder with %s, or a zip"
              .formatted(path, MANIFEST));
    }
    try (BundleFiles files = BundleFiles.of(path)) {
      byte[] text = files.manifest();
      BundleManifest manifest = ManifestJson.read(new String(text, StandardCharsets.UTF_8));
      files.requireSizes(manifest);
      return new StableDiffusionBundle(path, manifest, Digest.of(text));
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(e.code(), path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw BundleFiles.unreadable(path, e);
    }
  }

  /// Opens a bundle and requires that it is the one that is meant.
  ///
  /// @throws KumiaiException.Invalid `generator-digest-mismatch`
  public static StableDiffusionBundle open(Path path, Digest expected) {
    StableDiffusionBundle opened = open(path);
    if (!opened.digest.equals(expected)) {
      throw new KumiaiException.Invalid(
          "generator-digest-mismatch",
          "%s has the digest %s, not %s: it is another generator, or it was changed"
              .formatted(path, opened.digest, expected));
    }
    return opened;
  }

  /// The digest of the bundle that stands at a path, whether the rest of it is whole or not.
  ///
  /// @throws KumiaiException.Invalid `generator-foreign` for a zip that is no bundle
  public static Digest digest(Path path) {
    try (BundleFiles files = BundleFiles.of(path)) {
      return Digest.of(files.manifest());
    } catch (IOException e) {
      throw BundleFiles.unreadable(path, e);
    }
  }

  public Digest digest() {
    return digest;
  }

  /// Side of the images that the model makes, in pixels, before they are brought to a run's form.
  public int imageSize() {
    return manifest.image().size();
  }

  BundleManifest manifest() {
    return manifest;
  }

  /// Checks every file and puts the generator on a device. The thread that does this uses it.
  ///
  /// @param form what its images are brought to, if that is not larger than what the model makes;
  ///   [dev.kumiai.engine.generator.Capabilities] tells the form
  /// @throws KumiaiException.Invalid `generator-file-missing`, `generator-file-damaged`,
  ///   `generator-tokenizer-invalid`, `generator-module-unreadable`, `generator-module-mismatch`
  public Generator load(EngineDevice device, ImageForm form) {
    ImageForm own = new ImageForm(manifest.image().size(), 3);
    return new StableDiffusion(model(device), form.size() <= own.size() ? form : own);
  }

  /// Checks every file and puts the model on a device.
  LatentDiffusion model(EngineDevice device) {
    try (BundleFiles files = BundleFiles.of(path)) {
      requireUnchanged(files.manifest());
      Path folder = files.verified(manifest);
      ClipTokenizer tokenizer =
          ClipTokenizer.read(
              Files.readString(folder.resolve(VOCABULARY)),
              Files.readString(folder.resolve(MERGES)),
              manifest.text().tokens(),
              manifest.text().padToken());
      return new LatentDiffusion(manifest, tokenizer, StableModules.load(folder, device));
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(e.code(), path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw BundleFiles.unreadable(path, e);
    }
  }

  private void requireUnchanged(byte[] text) {
    if (!Digest.of(text).equals(digest)) {
      throw new KumiaiException.Invalid(
          "generator-digest-mismatch",
          "its manifest was changed after it was opened: start the run's generation anew");
    }
  }
}
