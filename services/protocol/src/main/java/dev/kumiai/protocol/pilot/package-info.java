/// Pilots: what is compared, how far it is, what came out.
@NullMarked
package dev.kumiai.protocol.pilot;

import org.jspecify.annotations.NullMarked;
