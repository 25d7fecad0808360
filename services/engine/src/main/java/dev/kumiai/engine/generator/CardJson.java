package dev.kumiai.engine.generator;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.JsonFields;
import dev.kumiai.engine.data.ImageForm;
import java.util.List;
import java.util.Set;

/// A [GeneratorCard] as JSON. Written and read field by field: reading by reflection would let
/// missing and misspelt fields pass.
///
/// Version 1 knows classes only, version 2 has a vocabulary: a generator without one is written in
/// version 1, which older installations read.
final class CardJson {

  private static final String KIND = "class-diffusion";
  private static final int WITHOUT_WORDS = 1;
  private static final int WITH_WORDS = 2;
  private static final String SCHEDULE = "cosine";
  private static final String PREDICTION = "v";

  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .create();

  private CardJson() {}

  static String write(GeneratorCard card) {
    return GSON.toJson(tree(card));
  }

  /// The copy for readers, which also names the file's digest.
  static String write(GeneratorCard card, Digest digest) {
    JsonObject json = tree(card);
    json.addProperty("digest", digest.toString());
    return GSON.toJson(json) + "\n";
  }

  private static JsonObject tree(GeneratorCard card) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", KIND);
    json.addProperty("version", card.vocabulary().isEmpty() ? WITHOUT_WORDS : WITH_WORDS);
    json.add("classes", tree(card.classes()));
    json.addProperty("size", card.form().size());
    json.addProperty("channels", card.form().channels());
    json.addProperty("mean", card.scale().mean());
    json.addProperty("deviation", card.scale().deviation());
    json.add("architecture", tree(card.architecture()));
    if (!card.vocabulary().isEmpty()) {
      json.add("vocabulary", tree(card.vocabulary().words()));
      json.addProperty("wordWidth", card.vocabulary().width());
    }
    json.addProperty("schedule", SCHEDULE);
    json.addProperty("prediction", PREDICTION);
    GeneratorCard.Origin origin = card.origin();
    json.addProperty("trainedOn", origin.trainedOn());
    json.addProperty("images", origin.images());
    json.addProperty("licence", origin.licence());
    json.addProperty("steps", origin.steps());
    json.addProperty("batch", origin.batch());
    json.addProperty("seed", origin.seed());
    return json;
  }

  private static JsonArray tree(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonObject tree(DiffusionArchitecture architecture) {
    JsonObject json = new JsonObject();
    JsonArray widths = new JsonArray();
    architecture.widths().forEach(widths::add);
    json.add("widths", widths);
    json.addProperty("embedding", architecture.embedding());
    json.addProperty("heads", architecture.heads());
    json.addProperty("groups", architecture.groups());
    return json;
  }

  /// Reads what [#write(GeneratorCard)] wrote.
  ///
  /// @throws KumiaiException.Invalid `generator-card-invalid`
  static GeneratorCard read(String text) {
    try {
      return card(new JsonFields(GSON.fromJson(text, JsonElement.class)));
    } catch (JsonParseException | IllegalArgumentException | ArithmeticException e) {
      throw new KumiaiException.Invalid(
          "generator-card-invalid", "its card cannot be used: " + e.getMessage(), e);
    }
  }

  private static GeneratorCard card(JsonFields json) {
    json.require("kind", KIND);
    boolean withWords = version(json) == WITH_WORDS;
    json.require("schedule", SCHEDULE);
    json.require("prediction", PREDICTION);
    List<String> classes = json.strings("classes");
    if (classes.isEmpty() || Set.copyOf(classes).size() < classes.size()) {
      throw new IllegalArgumentException("its classes are empty or not distinct: " + classes);
    }
    ImageForm form = new ImageForm(json.integer("size"), json.integer("channels"));
    PixelScale scale = new PixelScale(json.decimal("mean"), json.decimal("deviation"));
    JsonFields size = new JsonFields(json.take("architecture"));
    DiffusionArchitecture architecture =
        new DiffusionArchitecture(
            size.strings("widths").stream().map(Integer::valueOf).toList(),
            size.integer("embedding"),
            size.integer("heads"),
            size.integer("groups"));
    size.requireAllTaken();
    WordList vocabulary =
        withWords
            ? new WordList(json.strings("vocabulary"), json.integer("wordWidth"))
            : WordList.NONE;
    GeneratorCard.Origin origin =
        new GeneratorCard.Origin(
            json.string("trainedOn"),
            json.integer("images"),
            json.string("licence"),
            json.integer("steps"),
            json.integer("batch"),
            json.number("seed"));
    json.requireAllTaken();
    return new GeneratorCard(classes, form, scale, architecture, vocabulary, origin);
  }

  private static int version(JsonFields json) {
    int version = json.integer("version");
    if (version != WITHOUT_WORDS && version != WITH_WORDS) {
      throw new IllegalArgumentException(
          "field 'version' is %d, and only %d and %d are known here"
              .formatted(version, WITHOUT_WORDS, WITH_WORDS));
    }
    return version;
  }
}
