package dev.kumiai.acceptance;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.site.SiteView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An aggregator process.
final class Aggregator implements AutoCloseable {

  static final String TOKEN = "acceptance-enrolment-token";

  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[^\\s,]+)");
  private static final TypeReference<List<RoundView>> ROUNDS = new TypeReference<>() {};
  private static final TypeReference<List<SiteView>> SITES = new TypeReference<>() {};

  private final Service service;
  private final URI address;
  private final Path apiKeyFile;
  private final Http http;

  private Aggregator(Service service, URI address, Path apiKeyFile) {
    this.service = service;
    this.address = address;
    this.apiKeyFile = apiKeyFile;
    this.http = new Http(address).as(read(apiKeyFile));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts one on a free port.
  ///
  /// @param folder for its data and its log
  static Aggregator start(Path folder) {
    return start(folder, 0, Map.of());
  }

  /// Starts one on the port that another had, so that workers find it again.
  static Aggregator startAgain(Path folder, Aggregator before) {
    return start(folder, before.address.getPort(), Map.of());
  }

  static Aggregator start(Path folder, int port, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("quarkus.http.port", String.valueOf(port));
    Path data = folder.resolve("aggregator");
    properties.put("kumiai.aggregator.data", data.toString());
    properties.put("kumiai.enrolment-token", TOKEN);
    Service service = Service.start("aggregation", "aggregation", folder, properties);
    service.await("it listens", () -> LISTENING.matcher(service.said()).find());
    Matcher matcher = LISTENING.matcher(service.said());
    if (!matcher.find()) {
      throw new AssertionError(service.said());
    }
    return new Aggregator(service, URI.create(matcher.group(1)), data.resolve("api-key"));
  }

  Service service() {
    return service;
  }

  URI address() {
    return address;
  }

  /// Where the first start put the administrator's key.
  Path apiKeyFile() {
    return apiKeyFile;
  }

  /// As the administrator.
  Http http() {
    return http;
  }

  /// Enrols a site; the answer's view of HTTP speaks for it.
  Http enrol(SiteId site) {
    SiteKey key = SiteKey.make();
    Answer answer = http.signedBy(key).post("sites", new Enrolment(site, TOKEN, key.open()));
    if (answer.status() != 201) {
      throw new AssertionError("enrolment of " + site + ": " + answer.status() + answer.text());
    }
    return http.as(answer.as(Enrolment.Accepted.class).siteToken()).signedBy(key);
  }

  /// Starts a run that must be accepted.
  RunView createRun(RunSpec spec) {
    Answer answer = http.post("runs", spec);
    if (answer.status() != 201) {
      throw new AssertionError("run refused: " + answer.status() + " " + answer.text());
    }
    return answer.as(RunView.class);
  }

  RunView run(RunId run) {
    return http.get("runs/" + run).as(RunView.class);
  }

  List<RoundView> rounds(RunId run) {
    return http.get("runs/" + run + "/rounds").as(ROUNDS);
  }

  List<SiteView> sites() {
    return http.get("sites").as(SITES);
  }

  /// Waits until a run is as wanted.
  RunView await(RunId run, String what, Predicate<RunView> wanted) {
    service.await(what, () -> wanted.test(run(run)));
    return run(run);
  }

  /// Waits until a run is over, whichever way.
  RunView awaitEnd(RunId run) {
    return await(run, "run " + run + " is over", view -> view.phase().isTerminal());
  }

  @Override
  public void close() {
    service.close();
  }
}
