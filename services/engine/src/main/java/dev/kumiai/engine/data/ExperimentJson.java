package dev.kumiai.engine.data;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.PartitionedExperiment.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// An experiment as JSON, for people and for what starts its processes.
final class ExperimentJson {

  private static final int VERSION = 1;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private ExperimentJson() {}

  static String write(PartitionedExperiment experiment, ExperimentRequest request) {
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("dataset", experiment.dataset());
    json.addProperty("testDataset", experiment.dataset() + "-test");
    JsonArray classes = new JsonArray();
    experiment.classes().forEach(classes::add);
    json.add("classes", classes);
    json.addProperty("imageSize", experiment.form().size());
    json.addProperty("channels", experiment.form().channels());
    JsonArray sites = new JsonArray();
    experiment.sites().forEach(site -> sites.add(share(site)));
    json.add("sites", sites);
    json.add("evaluator", share(experiment.test()));
    json.add("public", share(experiment.publicShare()));
    if (!experiment.iid().isEmpty()) {
      JsonArray iid = new JsonArray();
      experiment.iid().forEach(site -> iid.add(share(site)));
      json.add("iid", iid);
    }
    json.addProperty("duplicates", experiment.duplicates());
    JsonArray unreadable = new JsonArray();
    for (SkippedFile file : experiment.unreadable()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", file.name());
      one.addProperty("reason", file.reason());
      unreadable.add(one);
    }
    json.add("unreadable", unreadable);
    json.addProperty("content", experiment.content().toString());
    json.add("arguments", arguments(request));
    return GSON.toJson(json) + "\n";
  }

  /// What the experiment was asked for; the same arguments make the same experiment.
  static JsonObject arguments(ExperimentRequest request) {
    JsonObject json = new JsonObject();
    json.addProperty("data", request.data());
    Path test = request.test();
    if (test != null) {
      json.addProperty("test", test.toString());
    }
    json.addProperty("partition", request.partition());
    json.addProperty("sites", request.sites());
    json.addProperty("public", request.publicImages());
    Integer limit = request.limit();
    if (limit != null) {
      json.addProperty("limit", limit);
    }
    json.addProperty("imageSize", request.form().size());
    json.addProperty("channels", request.form().channels());
    json.addProperty("seed", request.seed());
    request.additions().describe(json);
    // Parsed again, so that its numbers compare equal to those read from a file.
    return JsonParser.parseString(json.toString()).getAsJsonObject();
  }

  static JsonObject parse(String text, Path file) {
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      if (json.get("version").getAsInt() == VERSION) {
        return json;
      }
      throw damaged(file, null);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw damaged(file, e);
    }
  }

  static PartitionedExperiment read(JsonObject json, Path file) {
    try {
      return new PartitionedExperiment(
          json.get("dataset").getAsString(),
          elements(json, "classes").stream().map(JsonElement::getAsString).toList(),
          new ImageForm(json.get("imageSize").getAsInt(), json.get("channels").getAsInt()),
          share(json.getAsJsonObject("public")),
          elements(json, "sites").stream().map(site -> share(site.getAsJsonObject())).toList(),
          share(json.getAsJsonObject("evaluator")),
          json.has("iid")
              ? elements(json, "iid").stream().map(site -> share(site.getAsJsonObject())).toList()
              : List.of(),
          json.get("duplicates").getAsInt(),
          elements(json, "unreadable").stream()
              .map(JsonElement::getAsJsonObject)
              .map(f -> new SkippedFile(f.get("name").getAsString(), f.get("reason").getAsString()))
              .toList(),
          Digest.parse(json.get("content").getAsString()));
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static KumiaiException damaged(Path file, @Nullable RuntimeException e) {
    String message = file + " does not describe an experiment of this version: delete its folder";
    return e == null
        ? new KumiaiException.Invalid("experiment-damaged", message)
        : new KumiaiException.Invalid("experiment-damaged", message, e);
  }

  private static JsonObject share(Share share) {
    JsonObject json = new JsonObject();
    json.addProperty("name", share.name());
    json.addProperty("folder", share.folder());
    JsonObject counts = new JsonObject();
    share.counts().forEach(counts::addProperty);
    json.add("counts", counts);
    return json;
  }

  private static Share share(JsonObject json) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    json.getAsJsonObject("counts")
        .entrySet()
        .forEach(count -> counts.put(count.getKey(), count.getValue().getAsInt()));
    return new Share(json.get("name").getAsString(), json.get("folder").getAsString(), counts);
  }

  private static List<JsonElement> elements(JsonObject json, String name) {
    return StreamSupport.stream(json.getAsJsonArray(name).spliterator(), false).toList();
  }
}
