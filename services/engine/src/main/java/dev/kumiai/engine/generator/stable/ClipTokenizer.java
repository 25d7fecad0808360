package dev.kumiai.engine.generator.stable;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.kumiai.core.KumiaiException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// CLIP's byte-level byte pair encoding (Sennrich et al. 2016, arXiv 1508.07909; Radford et al.
/// 2021, arXiv 2103.00020), from a model's `vocab.json` and `merges.txt`.
///
/// A text is normalised (NFC, white space to single spaces, lower case letter by letter) and cut
/// into words: English contractions, runs of letters, single digits, runs of anything else. The
/// UTF-8 bytes of a word are its first symbols, the last of them marked as the end; of all
/// neighbours the pair that stands first in the merges is joined, until none is left. What the
/// vocabulary does not know becomes the end token.
///
/// Agrees with Hugging Face's `CLIPTokenizer` as its `tokenizers` library runs it. The older one in
/// Python first repairs texts with ftfy where that is installed, which is not done here.
final class ClipTokenizer {

  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final String END_OF_WORD = "</w>";

  private static final Pattern SPECIAL =
      Pattern.compile(Pattern.quote(START) + "|" + Pattern.quote(END));
  private static final Pattern WHITE_SPACE = Pattern.compile("\\p{IsWhite_Space}+");
  private static final Pattern WORD =
      Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+");

  private static final char[] BYTE_SYMBOLS = byteSymbols();

  /// Words whose tokens are kept: prompts of a class repeat most of theirs.
  private static final int CACHED_WORDS = 4096;

  private record Pair(String left, String right) {}

  private final Map<String, Integer> vocabulary;
  private final Map<Pair, Integer> ranks;
  private final Map<String, List<Integer>> cache = new HashMap<>();
  private final int length;
  private final int start;
  private final int end;
  private final int pad;

  /// What a text became.
  ///
  /// @param ids as many as the model takes: start, the text, end, padding
  /// @param dropped tokens at the text's end that the model has no room for
  record Tokens(List<Integer> ids, int dropped) {
    Tokens {
      ids = List.copyOf(ids);
    }

    /// The tokens as the model takes them.
    long[] flat() {
      return ids.stream().mapToLong(Integer::longValue).toArray();
    }
  }

  private ClipTokenizer(
      Map<String, Integer> vocabulary, Map<Pair, Integer> ranks, int length, String padToken) {
    this.vocabulary = vocabulary;
    this.ranks = ranks;
    this.length = length;
    this.start = id(START);
    this.end = id(END);
    this.pad = id(padToken);
  }

  /// Reads a tokenizer.
  ///
  /// @param vocabulary the text of `vocab.json`: an object from symbols to numbers
  /// @param merges the text of `merges.txt`: a line `#version`, then a pair on each line, most
  ///   important first
  /// @param length tokens that the model takes
  /// @param padToken fills what a short text leaves
  /// @throws KumiaiException.Invalid `generator-tokenizer-invalid`
  static ClipTokenizer read(String vocabulary, String merges, int length, String padToken) {
    return new ClipTokenizer(readVocabulary(vocabulary), readMerges(merges), length, padToken);
  }

  private static Map<String, Integer> readVocabulary(String json) {
    try {
      JsonObject object = JsonParser.parseString(json).getAsJsonObject();
      Map<String, Integer> read = new HashMap<>();
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        read.put(entry.getKey(), entry.getValue().getAsInt());
      }
      return read;
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      throw invalid("vocab.json is no JSON object from symbols to numbers", e);
    }
  }

  private static Map<Pair, Integer> readMerges(String text) {
    Map<Pair, Integer> ranks = new HashMap<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#version")) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space < 1 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw invalid("merges.txt has a line that is no pair of symbols: '" + line + "'", null);
      }
      ranks.putIfAbsent(
          new Pair(line.substring(0, space), line.substring(space + 1)), ranks.size());
    }
    return ranks;
  }

  private int id(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw invalid("vocab.json lacks the token " + token, null);
    }
    return id;
  }

  private static KumiaiException invalid(String why, @Nullable Throwable cause) {
    String message = "the generator's tokenizer cannot be used: " + why;
    return cause == null
        ? new KumiaiException.Invalid("generator-tokenizer-invalid", message)
        : new KumiaiException.Invalid("generator-tokenizer-invalid", message, cause);
  }

  /// Tokens of a text, for the model.
  Tokens encode(String text) {
    List<Integer> whole = tokens(text);
    int kept = Math.min(whole.size(), length - 2);
    List<Integer> ids = new ArrayList<>(length);
    ids.add(start);
    ids.addAll(whole.subList(0, kept));
    ids.add(end);
    while (ids.size() < length) {
      ids.add(pad);
    }
    return new Tokens(ids, whole.size() - kept);
  }

  /// Tokens of a text alone.
  private List<Integer> tokens(String text) {
    List<Integer> tokens = new ArrayList<>();
    Matcher special = SPECIAL.matcher(text);
    int from = 0;
    while (special.find()) {
      addWords(text.substring(from, special.start()), tokens);
      tokens.add(special.group().equals(START) ? start : end);
      from = special.end();
    }
    addWords(text.substring(from), tokens);
    return tokens;
  }

  private void addWords(String text, List<Integer> tokens) {
    Matcher word = WORD.matcher(normalised(text));
    while (word.find()) {
      tokens.addAll(ofWord(word.group()));
    }
  }

  private static String normalised(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    StringBuilder lower = new StringBuilder();
    // Letter by letter: a whole string would have its last sigma written as at a word's end.
    WHITE_SPACE
        .matcher(composed)
        .replaceAll(" ")
        .codePoints()
        .forEach(letter -> lower.append(Character.toString(letter).toLowerCase(Locale.ROOT)));
    return lower.toString();
  }

  private List<Integer> ofWord(String word) {
    List<Integer> known = cache.get(word);
    if (known != null) {
      return known;
    }
    List<Integer> tokens =
        merged(symbols(word)).stream().map(symbol -> vocabulary.getOrDefault(symbol, end)).toList();
    if (cache.size() < CACHED_WORDS) {
      cache.put(word, tokens);
    }
    return tokens;
  }

  private static List<String> symbols(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    List<String> symbols = new ArrayList<>(bytes.length);
    for (byte value : bytes) {
      symbols.add(String.valueOf(BYTE_SYMBOLS[value & 0xff]));
    }
    symbols.addLast(symbols.removeLast() + END_OF_WORD);
    return symbols;
  }

  private List<String> merged(List<String> symbols) {
    while (true) {
      Pair best = null;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        Pair pair = new Pair(symbols.get(i), symbols.get(i + 1));
        int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
        if (rank < bestRank) {
          best = pair;
          bestRank = rank;
        }
      }
      if (best == null) {
        return symbols;
      }
      symbols = joined(symbols, best);
    }
  }

  private static List<String> joined(List<String> symbols, Pair pair) {
    List<String> joined = new ArrayList<>(symbols.size());
    for (int i = 0; i < symbols.size(); i++) {
      if (i + 1 < symbols.size()
          && symbols.get(i).equals(pair.left())
          && symbols.get(i + 1).equals(pair.right())) {
        joined.add(pair.left() + pair.right());
        i++;
      } else {
        joined.add(symbols.get(i));
      }
    }
    return joined;
  }

  /// GPT-2's stand-ins for bytes (Radford et al. 2019): printable Latin-1 stands for itself, the
  /// other bytes for the letters from U+0100 on.
  private static char[] byteSymbols() {
    char[] symbols = new char[256];
    int others = 0;
    for (int value = 0; value < symbols.length; value++) {
      boolean printable = (value >= '!' && value <= '~') || (value >= 0xa1 && value != 0xad);
      symbols[value] = (char) (printable ? value : 256 + others++);
    }
    return symbols;
  }
}
