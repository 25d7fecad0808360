package dev.kumiai.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object, each of which is taken exactly once: what describes a generator
/// must not have fields that are missing, misspelt or unknown here.
///
/// What is wrong is an [IllegalArgumentException] that names the field.
public final class JsonFields {

  private final JsonObject json;
  private final Set<String> left;

  public JsonFields(@Nullable JsonElement json) {
    if (json == null || !json.isJsonObject()) {
      throw new IllegalArgumentException("an object is expected where there is " + json);
    }
    this.json = json.getAsJsonObject();
    this.left = new LinkedHashSet<>(this.json.keySet());
  }

  public JsonElement take(String name) {
    if (!left.remove(name)) {
      throw new IllegalArgumentException("field '" + name + "' is missing");
    }
    return json.get(name);
  }

  public String string(String name) {
    JsonElement value = take(name);
    if (!value.isJsonPrimitive()) {
      throw new IllegalArgumentException("field '" + name + "' is no text or number");
    }
    return value.getAsString();
  }

  public long number(String name) {
    return Long.parseLong(string(name));
  }

  public double decimal(String name) {
    return Double.parseDouble(string(name));
  }

  public int integer(String name) {
    return Math.toIntExact(number(name));
  }

  /// `true` or `false`.
  public boolean flag(String name) {
    String value = string(name);
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("field '" + name + "' is neither true nor false");
    }
    return value.equals("true");
  }

  public List<String> strings(String name) {
    JsonElement value = take(name);
    if (!value.isJsonArray()
        || !value.getAsJsonArray().asList().stream().allMatch(JsonElement::isJsonPrimitive)) {
      throw new IllegalArgumentException("field '" + name + "' is no list");
    }
    return value.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }

  public void require(String name, String expected) {
    String found = string(name);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "field '%s' is '%s', and only '%s' is known here".formatted(name, found, expected));
    }
  }

  public void requireAllTaken() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("fields " + left + " are not known here");
    }
  }
}
