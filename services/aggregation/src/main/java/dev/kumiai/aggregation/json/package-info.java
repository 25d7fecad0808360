/// Reads JSON that somebody else wrote, and says all that is wrong with it.
@NullMarked
package dev.kumiai.aggregation.json;

import org.jspecify.annotations.NullMarked;
