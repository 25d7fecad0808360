/// What a person sees: tables, bars and lines that are drawn again in place.
@NullMarked
package dev.kumiai.cli.terminal;

import org.jspecify.annotations.NullMarked;
