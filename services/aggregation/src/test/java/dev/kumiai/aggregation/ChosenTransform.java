package dev.kumiai.aggregation;

import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.transform.IncomingTransform;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.function.UnaryOperator;

/// What a test has happen to updates before they count; nothing unless it says so.
@Alternative
@Priority(1)
@ApplicationScoped
class ChosenTransform implements IncomingTransform {

  private volatile UnaryOperator<Updates> chosen = UnaryOperator.identity();

  void use(UnaryOperator<Updates> transform) {
    chosen = transform;
  }

  @Override
  public Updates apply(Updates sent) {
    return chosen.apply(sent);
  }
}
