package dev.kumiai.aggregation.request;

import dev.kumiai.aggregation.fuzz.Effort;
import java.util.List;
import java.util.Map;

/// A message of any bytes on the channel of requests.
public final class RequestFuzz {

  private static final RequestKey PLACE = new RequestKey("fuzz", "1");

  private static final List<Map<String, String>> MODES =
      List.of(
          Map.of("content-type", "application/cloudevents+json"),
          Map.of("ce_id", "1", "ce_source", "a", "ce_type", "b", "ce_specversion", "1.0"));

  private RequestFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
    for (Map<String, String> headers : MODES) {
      RawRequest raw = new RawRequest(PLACE, headers, bytes);
      Effort.bounded(bytes.length, () -> CloudEventReader.read(raw));
      Effort.bounded(bytes.length, () -> CloudEventReader.key(raw));
    }
  }
}
