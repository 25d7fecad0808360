/// Key pairs of sites, and what they sign.
@NullMarked
package dev.kumiai.protocol.signature;

import org.jspecify.annotations.NullMarked;
