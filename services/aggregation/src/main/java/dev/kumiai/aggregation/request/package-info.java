/// What is asked for by a message instead of a call.
@NullMarked
package dev.kumiai.aggregation.request;

import org.jspecify.annotations.NullMarked;
