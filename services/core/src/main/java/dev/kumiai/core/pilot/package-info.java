/// What a pilot says: statistics over paired runs, and whether generation pays.
@NullMarked
package dev.kumiai.core.pilot;

import org.jspecify.annotations.NullMarked;
