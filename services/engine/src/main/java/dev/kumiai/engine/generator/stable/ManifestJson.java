package dev.kumiai.engine.generator.stable;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.JsonFields;
import dev.kumiai.engine.generator.stable.BundleManifest.Betas;
import dev.kumiai.engine.generator.stable.BundleManifest.BundleEntry;
import dev.kumiai.engine.generator.stable.BundleManifest.DdimSettings;
import dev.kumiai.engine.generator.stable.BundleManifest.ImageShape;
import dev.kumiai.engine.generator.stable.BundleManifest.Precision;
import dev.kumiai.engine.generator.stable.BundleManifest.TextShape;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads `manifest.json`, field by field: reading by reflection would let missing and misspelt
/// fields pass. The export script writes it.
final class ManifestJson {

  static final String KIND = "stable-diffusion";
  private static final int VERSION = 1;

  private static final Gson GSON =
      new GsonBuilder().setStrictness(Strictness.STRICT).disableHtmlEscaping().create();

  private ManifestJson() {}

  /// Reads a manifest.
  ///
  /// @throws KumiaiException.Invalid `generator-manifest-invalid`
  static BundleManifest read(String text) {
    try {
      return manifest(new JsonFields(GSON.fromJson(text, JsonElement.class)));
    } catch (JsonParseException | IllegalArgumentException | ArithmeticException e) {
      throw new KumiaiException.Invalid(
          "generator-manifest-invalid", "its manifest cannot be used: " + e.getMessage(), e);
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(
          "generator-manifest-invalid", "its manifest cannot be used: " + e.getMessage(), e);
    }
  }

  private static BundleManifest manifest(JsonFields json) {
    json.require("kind", KIND);
    json.require("version", String.valueOf(VERSION));
    BundleManifest manifest =
        new BundleManifest(
            json.string("source"),
            json.string("licence"),
            chosen(json, "precision", List.of("float32", "float16"), Precision.values()),
            new ImageShape(
                json.integer("imageSize"),
                json.integer("latentSize"),
                json.integer("latentChannels"),
                json.decimal("latentScale")),
            new TextShape(
                json.integer("tokenLength"), json.integer("textWidth"), json.string("padToken")),
            chosen(json, "prediction", List.of("epsilon", "v_prediction"), Prediction.values()),
            betas(new JsonFields(json.take("betas"))),
            ddim(new JsonFields(json.take("ddim"))),
            chosen(json, "sampler", List.of("ddim", "dpm-solver++"), Sampler.Kind.values()),
            files(new JsonFields(json.take("files"))));
    json.requireAllTaken();
    return manifest;
  }

  private static Betas betas(JsonFields json) {
    Betas betas =
        new Betas(
            chosen(json, "schedule", List.of("linear", "scaled_linear"), Betas.Kind.values()),
            json.decimal("start"),
            json.decimal("end"),
            json.integer("steps"));
    json.requireAllTaken();
    return betas;
  }

  private static DdimSettings ddim(JsonFields json) {
    DdimSettings settings =
        new DdimSettings(json.integer("stepsOffset"), json.flag("lastAlphaIsOne"));
    json.requireAllTaken();
    return settings;
  }

  private static SortedMap<String, BundleEntry> files(JsonFields json) {
    SortedMap<String, BundleEntry> files = new TreeMap<>();
    for (String name : StableDiffusionBundle.FILES) {
      JsonFields file = new JsonFields(json.take(name));
      files.put(name, new BundleEntry(new Digest(file.string("sha256")), file.number("bytes")));
      file.requireAllTaken();
    }
    json.requireAllTaken();
    return files;
  }

  /// @param texts how the values are written, in their order
  private static <T> T chosen(JsonFields json, String name, List<String> texts, T[] values) {
    String text = json.string(name);
    int index = texts.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException(
          "field '%s' is '%s', not one of %s".formatted(name, text, texts));
    }
    return values[index];
  }
}
