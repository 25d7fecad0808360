/// What the aggregator tells of what happened, and how it is asked through a broker.
@NullMarked
package dev.kumiai.protocol.event;

import org.jspecify.annotations.NullMarked;
