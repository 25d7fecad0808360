/// Kills a process when it comes to a point in its code that a test names.
@NullMarked
package dev.kumiai.killpoints;

import org.jspecify.annotations.NullMarked;
