package dev.kumiai.kubernetes;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Shows the status of a resource.
public final class Shown {

  private Shown() {}

  /// Writes a status where it is another than before.
  ///
  /// @param blank an empty resource of that kind, to carry the status
  /// @param again when to look again; null not before something happens
  public static <S, R extends CustomResource<?, S>> UpdateControl<R> status(
      R resource, R blank, S status, @Nullable Duration again) {
    UpdateControl<R> control;
    if (status.equals(resource.getStatus())) {
      control = UpdateControl.noUpdate();
    } else {
      blank.getMetadata().setName(resource.getMetadata().getName());
      blank.getMetadata().setNamespace(resource.getMetadata().getNamespace());
      blank.setStatus(status);
      control = UpdateControl.patchStatus(blank);
    }
    return again == null ? control : control.rescheduleAfter(again);
  }
}
