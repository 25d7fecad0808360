@NullMarked
package dev.kumiai.engine;

import org.jspecify.annotations.NullMarked;
