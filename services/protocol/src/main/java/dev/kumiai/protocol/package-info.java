/// What crosses the wire between the aggregator, the sites and those who ask for runs.
@NullMarked
package dev.kumiai.protocol;

import org.jspecify.annotations.NullMarked;
