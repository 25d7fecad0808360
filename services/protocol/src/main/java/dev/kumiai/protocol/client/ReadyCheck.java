package dev.kumiai.protocol.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// A program that asks an aggregator, from where it runs, whether it is ready and whether it asks
/// strangers who they are. It tells what it found in one line, and ends with 0 when all is well and
/// 1 otherwise.
///
/// Every service does this when its first argument is `ready`, for `helm test` and for whoever
/// wonders why a worker does not reach its aggregator: `ready URL`.
public final class ReadyCheck {

  private static final String VERB = "ready";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  private final URI aggregator;
  private final HttpClient http;

  private ReadyCheck(URI aggregator, HttpClient http) {
    this.aggregator = aggregator;
    this.http = http;
  }

  /// Checks and ends this process, where its arguments ask for that.
  ///
  /// @param arguments `ready`, then the aggregator's address without `/api/v1`
  public static void runWhereAsked(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(VERB)) {
      TlsStores.useThoseOfEnvironment();
      Finding finding =
          arguments.length == 2
              ? check(arguments[1])
              : new Finding(false, "give the aggregator's address, and nothing else");
      (finding.well() ? System.out : System.err).println(finding.told());
      System.exit(finding.well() ? 0 : 1);
    }
  }

  /// What was found.
  ///
  /// @param told one sentence
  record Finding(boolean well, String told) {}

  static Finding check(String address) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      URI aggregator = URI.create(address.endsWith("/") ? address : address + "/");
      return new ReadyCheck(aggregator, http).find();
    } catch (IllegalArgumentException e) {
      return new Finding(
          false, "'" + address + "' is no address of an aggregator: give one such as https://host");
    } catch (IOException e) {
      return new Finding(
          false,
          "there is no aggregator at %s (%s): check the address, its TLS and what is between"
              .formatted(address, reason(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Finding(false, "interrupted");
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : String.valueOf(e.getMessage());
  }

  private Finding find() throws IOException, InterruptedException {
    HttpResponse<String> ready = get("q/health/ready");
    if (ready.statusCode() != OK) {
      return new Finding(
          false,
          "the aggregator at %s is not ready (status %d): %s"
              .formatted(aggregator, ready.statusCode(), ready.body().replaceAll("\\s+", " ")));
    }
    HttpResponse<String> sites = get("api/v1/sites");
    if (sites.statusCode() != UNAUTHORIZED) {
      return new Finding(
          false,
          "what answers at %s lets strangers in (status %d): it is no aggregator of Kumiai"
              .formatted(aggregator, sites.statusCode()));
    }
    return new Finding(true, "the aggregator at %s is ready".formatted(aggregator));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(aggregator.resolve(path)).timeout(PATIENCE).build(),
        BodyHandlers.ofString());
  }
}
