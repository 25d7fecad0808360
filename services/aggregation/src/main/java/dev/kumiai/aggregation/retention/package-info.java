/// What is kept for how long, and the removal of what nobody needs any more.
@NullMarked
package dev.kumiai.aggregation.retention;

import org.jspecify.annotations.NullMarked;
