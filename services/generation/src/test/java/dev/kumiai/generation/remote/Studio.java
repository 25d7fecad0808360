package dev.kumiai.generation.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.worker.SiteFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An image service on this machine, and a site that may use it under the name `studio`.
public final class Studio implements AutoCloseable {

  public static final ImageForm FORM = new ImageForm(16, 1);
  public static final String PATH = "/v1/images/generations";

  /// Short, so that failing is quick.
  private static final ServiceCalls.Waits WAITS =
      new ServiceCalls.Waits(
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final WireMockServer server;
  private final SiteFolder site;
  private final List<byte[]> files;

  /// @param root an empty folder
  public Studio(Path root) throws IOException {
    this(root, start());
  }

  /// @param server from [#start], which this closes
  public Studio(Path root, WireMockServer server) throws IOException {
    this.server = server;
    site = new SiteFolder(Files.createDirectories(root.resolve("plant-a")));
    LabelledImages shown =
        Castings.renderMixed(
            3, "public", List.of(Castings.Plant.values()), 4, new ImageForm(48, 3));
    Path folder = Files.createDirectories(root.resolve("shown"));
    ImageFolderWriter.write(shown, folder);
    files = contents(folder);
  }

  /// Starts a server on a free port.
  public static WireMockServer start() {
    WireMockServer server = new WireMockServer(options().dynamicPort().containerThreads(40));
    server.start();
    return server;
  }

  public static List<byte[]> contents(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().map(Studio::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public WireMockServer server() {
    return server;
  }

  public SiteFolder site() {
    return site;
  }

  public void policy(String text) throws IOException {
    Files.writeString(site.path().resolve("policy.yaml"), text);
  }

  /// The file that stands for picture `number`.
  public byte[] file(int number) {
    return files.get(number);
  }

  public ResponseDefinitionBuilder picture(int number) {
    return okJson(answer(files.get(number)));
  }

  public static String answer(byte[] file) {
    return "{\"created\": 1, \"data\": [{\"b64_json\": \"%s\"}]}"
        .formatted(Base64.getEncoder().encodeToString(file));
  }

  /// From now on every request is answered so.
  public void answers(ResponseDefinitionBuilder response) {
    server.stubFor(post(PATH).willReturn(response));
  }

  /// The first request is answered so, and every later one with a picture.
  public void answersFirst(ResponseDefinitionBuilder response) {
    server.stubFor(
        post(PATH)
            .inScenario("first")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(response)
            .willSetStateTo("later"));
    server.stubFor(
        post(PATH).inScenario("first").whenScenarioStateIs("later").willReturn(picture(0)));
  }

  public static ResponseDefinitionBuilder status(int status, String body) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody(body);
  }

  /// Everything that any request was, in the order in which they came.
  public List<LoggedRequest> requests() {
    List<LoggedRequest> requests =
        new ArrayList<>(server.getAllServeEvents().stream().map(ServeEvent::getRequest).toList());
    requests.sort(Comparator.comparing(LoggedRequest::getLoggedDate));
    return requests;
  }

  public List<JsonNode> bodies() {
    return requests().stream().map(Studio::body).toList();
  }

  private static JsonNode body(LoggedRequest request) {
    try {
      return JSON.readTree(request.getBody());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RemoteServices services(Map<String, String> keys) {
    Map<String, String> all =
        new TreeMap<>(Map.of("url", server.baseUrl() + "/v1", "parallel", "1"));
    all.putAll(keys);
    return new RemoteServices(Configured.studio(all), Clock.systemUTC(), WAITS);
  }

  Generator generator(Map<String, String> keys) {
    return services(keys).open("studio", site, FORM);
  }

  /// Images from `first` on, with prompts that name their number.
  static List<LabelledImages> generate(Generator generator, int first, int count) {
    return generate(generator, first, count, index -> new Prompt("pit number " + index));
  }

  static List<LabelledImages> generate(
      Generator generator, int first, int count, @Nullable IntFunction<Prompt> prompts) {
    List<LabelledImages> made = new ArrayList<>();
    generator.generate(
        new GenerationRequest("pit", first, count, prompts, new Guidance.Prompt(), 2, 25, 7),
        made::add,
        Progress.SILENT);
    return made;
  }

  @Override
  public void close() {
    server.stop();
  }
}
