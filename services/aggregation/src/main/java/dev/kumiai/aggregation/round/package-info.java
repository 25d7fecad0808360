/// What moves a run on: its stages, their quorum and deadline, and the aggregation between them.
@NullMarked
package dev.kumiai.aggregation.round;

import org.jspecify.annotations.NullMarked;
