package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kumiai.core.KumiaiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class ClipTokenizerTest {

  private static final int LENGTH = 77;
  private static final String END = "<|endoftext|>";

  /// Pieces of which random texts are made: what normalisation, cutting and merging treat
  /// differently.
  private static final List<String> PIECES =
      List.of(
          "a",
          "photo",
          "of",
          "crack",
          "Steel",
          "SURFACE",
          "light",
          "'s",
          "'T",
          "'",
          "''",
          "’",
          "“",
          " ",
          "  ",
          "\t",
          "\n",
          "\r\n",
          "\u00a0",
          "\u2028",
          "\u3000",
          "\u200b",
          "\u0085",
          "0",
          "42",
          "½",
          "²",
          "Ⅷ",
          "٣",
          ",",
          ".",
          "...",
          "!?",
          "-",
          "_",
          "(",
          "#",
          "/",
          "\\",
          "é",
          "e\u0301",
          "\u0301",
          "ß",
          "ẞ",
          "İ",
          "ı",
          "Σ",
          "ΟΔΟΣ",
          "ñ",
          "ﬁ",
          "Ǆ",
          "ǅ",
          "中文",
          "日本語",
          "カ\u3099",
          "한국",
          "\u1112\u1161\u11ab",
          "हिन्दी",
          "ไทย",
          "עברית",
          "🙂",
          "👩‍🔧",
          "🇩🇪",
          "\u0000",
          "\u0007",
          "\u00ad",
          "\ufeff",
          "\ufffd",
          "Ω",
          "K",
          "Å",
          END,
          "<|startoftext|>",
          "<|",
          "|>");

  private static ClipTokenizer tokenizer() throws IOException {
    return ClipTokenizer.read(read("vocab.json"), read("merges.txt"), LENGTH, END);
  }

  private static String read(String name) throws IOException {
    try (ZipFile zip = new ZipFile(Golden.file("tiny.zip").toFile())) {
      return new String(
          zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void agreesWithTransformers() throws IOException {
    ClipTokenizer tokenizer = tokenizer();
    JsonArray rows =
        JsonParser.parseString(Files.readString(Golden.file("tokens.json"))).getAsJsonArray();

    assertThat(rows).hasSizeGreaterThan(60);
    for (JsonElement row : rows) {
      String text = row.getAsJsonObject().get("text").getAsString();
      List<Integer> expected =
          row.getAsJsonObject().getAsJsonArray("ids").asList().stream()
              .map(JsonElement::getAsInt)
              .toList();
      assertThat(tokenizer.encode(text).ids()).as(text).isEqualTo(expected);
    }
  }

  /// Hugging Face's own library, with the settings that its CLIPTokenizerFast converts these files
  /// to.
  @Test
  void agreesWithHuggingFacesLibraryOnRandomTexts() throws IOException {
    ClipTokenizer tokenizer = tokenizer();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    try (HuggingFaceTokenizer library = library()) {
      for (int i = 0; i < 20_000; i++) {
        String text =
            Stream.generate(() -> piece(random))
                .limit(random.nextInt(24))
                .collect(Collectors.joining(random.nextBoolean() ? "" : " "));
        long[] expected = library.encode(text, false, false).getIds();

        ClipTokenizer.Tokens tokens = tokenizer.encode(text);

        assertThat(tokens.dropped()).isEqualTo(Math.max(0, expected.length - (LENGTH - 2)));
        assertThat(tokens.ids())
            .as(() -> "'" + text + "'")
            .isEqualTo(padded(tokens.ids(), expected));
      }
    }
  }

  private static String piece(RandomGenerator random) {
    return random.nextInt(10) == 0
        ? Character.toString(codePoint(random))
        : PIECES.get(random.nextInt(PIECES.size()));
  }

  /// A letter, sign or digit of any script; what Unicode has not assigned yet is left out, since
  /// libraries know different versions of it.
  private static int codePoint(RandomGenerator random) {
    while (true) {
      int point = random.nextInt(random.nextBoolean() ? 0x3000 : 0x1f700);
      int type = Character.getType(point);
      if (type != Character.UNASSIGNED
          && type != Character.SURROGATE
          && type != Character.PRIVATE_USE) {
        return point;
      }
    }
  }

  /// What the library made of a text alone, between the first and the last token that ours has.
  private static List<Integer> padded(List<Integer> ours, long[] text) {
    int kept = Math.min(text.length, LENGTH - 2);
    int end = ours.getLast();
    return LongStream.concat(
            LongStream.concat(LongStream.of(ours.getFirst()), Arrays.stream(text).limit(kept)),
            LongStream.generate(() -> end).limit(LENGTH - 1 - kept))
        .mapToObj(Math::toIntExact)
        .toList();
  }

  private static HuggingFaceTokenizer library() throws IOException {
    JsonObject vocabulary = JsonParser.parseString(read("vocab.json")).getAsJsonObject();
    JsonArray merges = new JsonArray();
    read("merges.txt").lines().skip(1).forEach(merges::add);
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.addProperty("unk_token", END);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", "</w>");
    model.addProperty("fuse_unk", false);
    model.add("vocab", vocabulary);
    model.add("merges", merges);
    JsonObject json = JsonParser.parseString(SETTINGS).getAsJsonObject();
    JsonArray special = new JsonArray();
    for (String token : List.of("<|startoftext|>", END)) {
      special.add(
          new Gson()
              .toJsonTree(
                  Map.of(
                      "id", vocabulary.get(token).getAsInt(),
                      "content", token,
                      "single_word", false,
                      "lstrip", false,
                      "rstrip", false,
                      "normalized", false,
                      "special", true)));
    }
    json.add("added_tokens", special);
    json.add("model", model);
    InputStream bytes = new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8));
    return HuggingFaceTokenizer.newInstance(
        bytes, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
  }

  private static final String SETTINGS =
      """
      {"version": "1.0", "truncation": null, "padding": null, "post_processor": null, "decoder": null,
       "normalizer": {"type": "Sequence", "normalizers": [
         {"type": "NFC"},
         {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
         {"type": "Lowercase"}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Split",
          "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"},
          "behavior": "Removed", "invert": true},
         {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]}}
      """;

  @Test
  void tellsHowManyTokensTheModelHasNoRoomFor() throws IOException {
    ClipTokenizer tokenizer = tokenizer();

    assertThat(tokenizer.encode("steel ".repeat(75)).dropped()).isZero();
    ClipTokenizer.Tokens cut = tokenizer.encode("steel ".repeat(80));
    assertThat(cut.dropped()).isEqualTo(5);
    assertThat(cut.ids()).hasSize(77);
    assertThat(cut.ids().getLast()).isEqualTo(tokenizer.encode("").ids().getLast());
  }

  @Test
  void fillsShortTextsWithTheTokenOfTheModel() throws IOException {
    ClipTokenizer tokenizer =
        ClipTokenizer.read(read("vocab.json"), read("merges.txt"), LENGTH, "!");

    assertThat(tokenizer.encode("").ids().subList(2, LENGTH)).containsOnly(0);
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    String vocabulary = read("vocab.json");
    String merges = read("merges.txt");

    assertInvalid("[1, 2]", merges, "vocab.json");
    assertInvalid("{\"a\": \"b\"}", merges, "vocab.json");
    assertInvalid("{\"a\": 1", merges, "vocab.json");
    assertInvalid("{\"a\": 1}", merges, "<|startoftext|>");
    assertInvalid(vocabulary, "#version: 0.2\nabc\n", "'abc'");
    assertInvalid(vocabulary, "a b c\n", "'a b c'");
  }

  private static void assertInvalid(String vocabulary, String merges, String what) {
    assertThatThrownBy(() -> ClipTokenizer.read(vocabulary, merges, LENGTH, END))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("generator-tokenizer-invalid"))
        .hasMessageContaining(what);
  }
}
