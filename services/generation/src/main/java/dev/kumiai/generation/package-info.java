@NullMarked
package dev.kumiai.generation;

import org.jspecify.annotations.NullMarked;
