/// What every process of the product does, whatever it is for.
@NullMarked
package dev.kumiai.core.process;

import org.jspecify.annotations.NullMarked;
