package dev.kumiai.kubernetes;

import dev.kumiai.core.Digest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jboss.logging.Logger;

/// What `kubectl describe` tells under Events.
@Singleton
public class ObjectEvents {

  private static final Logger LOG = Logger.getLogger(ObjectEvents.class);
  private static final String COMPONENT = "kumiai-aggregation";
  private static final int LONGEST = 1_024;
  private static final int CONFLICT = 409;
  private static final int NAME_DIGITS = 16;

  private final KubernetesClient client;
  private final KubernetesConfig config;
  private final Clock clock;

  ObjectEvents(KubernetesClient client, KubernetesConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.clock = clock;
  }

  /// Something went as it should.
  public void normal(HasMetadata about, String reason, String message) {
    record(about, "Normal", reason, message);
  }

  /// Something needs attention.
  public void warning(HasMetadata about, String reason, String message) {
    record(about, "Warning", reason, message);
  }

  /// An event is news, not state: one that cannot be written is not worth a failure.
  private void record(HasMetadata about, String type, String reason, String message) {
    String time = Times.seconds(clock.instant());
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name(about, reason, message))
            .withNamespace(about.getMetadata().getNamespace())
            .endMetadata()
            .withType(type)
            .withReason(reason)
            .withMessage(message.substring(0, Math.min(LONGEST, message.length())))
            .withFirstTimestamp(time)
            .withLastTimestamp(time)
            .withCount(1)
            .withNewSource(COMPONENT, config.identity().orElse(null))
            .withReportingComponent("")
            .withReportingInstance("")
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withName(about.getMetadata().getName())
            .withNamespace(about.getMetadata().getNamespace())
            .withUid(about.getMetadata().getUid())
            .endInvolvedObject()
            .build();
    try {
      write(event, time);
    } catch (KubernetesClientException e) {
      LOG.debugf("event %s not written: %s", reason, e.getMessage());
    }
  }

  /// The same news about the same thing is one event, whose time is renewed.
  private void write(Event event, String time) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      client
          .resource(event)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE), "{\"lastTimestamp\":\"%s\"}".formatted(time));
    }
  }

  private static String name(HasMetadata about, String reason, String message) {
    String what = about.getMetadata().getUid() + "\n" + reason + "\n" + message;
    String digest = Digest.of(what.getBytes(StandardCharsets.UTF_8)).hex();
    return about.getMetadata().getName() + "." + digest.substring(0, NAME_DIGITS);
  }
}
