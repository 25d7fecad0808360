/// Runs as their user sees them: asked for over HTTP, watched, told in tables.
@NullMarked
package dev.kumiai.cli.run;

import org.jspecify.annotations.NullMarked;
