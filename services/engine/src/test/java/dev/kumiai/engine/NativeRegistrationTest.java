package dev.kumiai.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What others look up by name, and a native executable has only where it was registered.
class NativeRegistrationTest {

  private static final String METADATA = "META-INF/native-image/dev.kumiai/kumiai-engine/";

  /// A class name in JNI's form, as C code holds it.
  private static final Pattern CLASS_NAME =
      Pattern.compile("(?<=\0)(?:ai/djl|java|org/slf4j)/[A-Za-z/$]+(?=\0)");

  private static final Pattern TYPE = Pattern.compile("\"type\": \"([^\"]+)\"");

  @Test
  void everyClassThatDjlsLibraryLooksUpIsRegistered() throws IOException {
    String library = text("jnilib/linux-x86_64/cpu/libdjl_torch.so", StandardCharsets.ISO_8859_1);
    Set<String> lookedUp =
        CLASS_NAME
            .matcher(library)
            .results()
            .map(MatchResult::group)
            .map(name -> name.replace('/', '.'))
            .collect(Collectors.toSet());

    assertThat(lookedUp).contains("ai.djl.engine.EngineException", "org.slf4j.Logger");
    assertThat(registered("libtorch")).containsAll(lookedUp);
  }

  @Test
  void everyEngineOfDjlIsRegistered() throws IOException {
    String services = "META-INF/services/ai.djl.engine.EngineProvider";
    for (URL file : Collections.list(getClass().getClassLoader().getResources(services))) {
      // The tokenizers are there for tests alone.
      if (!file.toString().contains("/tokenizers-")) {
        try (InputStream in = file.openStream()) {
          List<String> engines =
              new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();

          assertThat(registered("djl")).containsAll(engines);
        }
      }
    }
  }

  private List<String> registered(String group) throws IOException {
    String metadata =
        text(METADATA + group + "/reachability-metadata.json", StandardCharsets.UTF_8);
    return TYPE.matcher(metadata).results().map(match -> match.group(1)).toList();
  }

  private String text(String resource, Charset charset) throws IOException {
    try (InputStream in = getClass().getClassLoader().getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), charset);
    }
  }
}
