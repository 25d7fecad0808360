/// What can be seen of a worker from outside while it works: spans and figures. Ids and durations,
/// never what is in a sample or a weight.
@NullMarked
package dev.kumiai.worker.telemetry;

import org.jspecify.annotations.NullMarked;
