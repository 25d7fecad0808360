/// Labelled images: where they come from and how they stand in memory.
@NullMarked
package dev.kumiai.engine.data;

import org.jspecify.annotations.NullMarked;
