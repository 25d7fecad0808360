/// Generators that are services somebody else runs, for sites without a GPU.
@NullMarked
package dev.kumiai.generation.remote;

import org.jspecify.annotations.NullMarked;
