@NullMarked
package dev.kumiai.worker;

import org.jspecify.annotations.NullMarked;
