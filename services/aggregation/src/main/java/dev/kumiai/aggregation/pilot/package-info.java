/// Pilots: sets of runs that are compared, one run after another.
@NullMarked
package dev.kumiai.aggregation.pilot;

import org.jspecify.annotations.NullMarked;
