/// What can be seen of the aggregator from outside while it works: figures, spans, log fields and
/// health. Ids, counts and durations, never what is in a weight.
@NullMarked
package dev.kumiai.aggregation.telemetry;

import org.jspecify.annotations.NullMarked;
