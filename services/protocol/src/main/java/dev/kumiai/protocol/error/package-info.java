/// Errors as RFC 9457 problem+json.
@NullMarked
package dev.kumiai.protocol.error;

import org.jspecify.annotations.NullMarked;
