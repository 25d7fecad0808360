@NullMarked
package dev.kumiai.localtraining;

import org.jspecify.annotations.NullMarked;
