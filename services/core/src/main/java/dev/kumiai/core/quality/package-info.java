/// What generated samples are worth, free of what kind of samples they are.
@NullMarked
package dev.kumiai.core.quality;

import org.jspecify.annotations.NullMarked;
