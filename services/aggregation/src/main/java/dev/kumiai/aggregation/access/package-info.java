/// Access: who acts, with what role, and the keys that users show.
@NullMarked
package dev.kumiai.aggregation.access;

import org.jspecify.annotations.NullMarked;
