/// What is told of a run while it goes on, to whoever listens.
@NullMarked
package dev.kumiai.aggregation.event;

import org.jspecify.annotations.NullMarked;
