@NullMarked
package dev.kumiai.cli;

import org.jspecify.annotations.NullMarked;
