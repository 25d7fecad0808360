/// Building blocks of networks that DJL lacks.
@NullMarked
package dev.kumiai.engine.nn;

import org.jspecify.annotations.NullMarked;
