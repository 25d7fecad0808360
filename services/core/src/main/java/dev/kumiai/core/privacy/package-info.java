/// What leaks, and what noise does about it: membership inference over scores, exact discrete
/// noise, and how privacy losses add up.
@NullMarked
package dev.kumiai.core.privacy;

import org.jspecify.annotations.NullMarked;
