/// Generators: what makes labelled samples, the files they come from and how they are trained.
@NullMarked
package dev.kumiai.engine.generator;

import org.jspecify.annotations.NullMarked;
