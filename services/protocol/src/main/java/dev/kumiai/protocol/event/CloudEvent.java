package dev.kumiai.protocol.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event in the JSON format of [CloudEvents 1.0](https://github.com/cloudevents/spec).
///
/// @param id unique within its source; an event that comes again has the id it had
/// @param source where it happened, a URI reference
/// @param type what happened; see [EventType]
/// @param subject what it happened to: a run, mostly
/// @param sequence of the event in its source, a whole number that grows; with gaps
/// @param data one of [EventData]'s records, by the type
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudEvent(
    String specversion,
    String id,
    String source,
    String type,
    @Nullable String subject,
    Instant time,
    String datacontenttype,
    String sequence,
    JsonNode data) {

  public static final String VERSION = "1.0";
  public static final String JSON = "application/json";

  /// Media type of one event with its data, as JSON.
  public static final String MEDIA_TYPE = "application/cloudevents+json";
}
