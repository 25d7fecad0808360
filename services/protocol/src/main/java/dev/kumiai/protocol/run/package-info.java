/// What a user asks for and sees: the spec of a run and how far it is.
@NullMarked
package dev.kumiai.protocol.run;

import org.jspecify.annotations.NullMarked;
