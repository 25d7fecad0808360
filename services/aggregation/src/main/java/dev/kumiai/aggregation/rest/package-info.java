/// The HTTP face: translates and delegates.
@NullMarked
package dev.kumiai.aggregation.rest;

import org.jspecify.annotations.NullMarked;
