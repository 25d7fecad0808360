/// The face to a broker: channels of SmallRye Reactive Messaging. They end in this process unless
/// the profile `kafka` makes topics of them.
@NullMarked
package dev.kumiai.aggregation.messaging;

import org.jspecify.annotations.NullMarked;
