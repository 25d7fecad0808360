/// The HTTP client of an aggregator: what sites and users call, with timeouts, repeats and typed
/// errors.
@NullMarked
package dev.kumiai.protocol.client;

import org.jspecify.annotations.NullMarked;
