package dev.kumiai.aggregation.request;

import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.round.CancelRun;
import dev.kumiai.aggregation.round.StartRound;
import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The verbs that a request can name; the same ones that HTTP calls.
@ApplicationScoped
class RequestVerbs {

  private static final String SUSPENDED = "suspended by a request";

  private final CreateRun createRun;
  private final CancelRun cancelRun;
  private final SuspendRun suspendRun;
  private final StartRound startRound;
  private final StrictJson json;

  RequestVerbs(
      CreateRun createRun,
      CancelRun cancelRun,
      SuspendRun suspendRun,
      StartRound startRound,
      StrictJson json) {
    this.createRun = createRun;
    this.cancelRun = cancelRun;
    this.suspendRun = suspendRun;
    this.startRound = startRound;
    this.json = json;
  }

  /// Does it within the caller's transaction.
  ///
  /// @return the run that was started or changed
  RunId perform(RunRequest request) {
    return switch (request.type()) {
      case CREATE -> create(request);
      case CANCEL -> cancelRun.cancel(named(request)).id();
      case SUSPEND -> suspendRun.suspend(named(request), SUSPENDED).id();
      case RESUME -> suspendRun.resume(named(request)).id();
      case START_ROUND -> startRound.start(named(request), null).run().id();
    };
  }

  private RunId create(RunRequest request) {
    InputStream data = new ByteArrayInputStream(request.data().getBytes(StandardCharsets.UTF_8));
    StrictJson.Bound<RunSpec> bound = json.bind(data, RunSpec.class);
    RunSpec spec = bound.value();
    if (spec == null) {
      throw CreateRun.invalid(bound.mistakes());
    }
    return createRun.create(spec, bound.mistakes()).id();
  }

  private static RunId named(RunRequest request) {
    if (request.subject() == null) {
      throw new KumiaiException.Invalid(
          "request-malformed",
          "the request does not say which run it is about: name it as the event's subject",
          List.of(new Violation("/subject", "is missing")));
    }
    return new RunId(request.subject());
  }
}
