/// The packaged services as processes of this machine: found, started, watched, and never left
/// behind.
@NullMarked
package dev.kumiai.cli.process;

import org.jspecify.annotations.NullMarked;
