/// Who may use an aggregator.
@NullMarked
package dev.kumiai.protocol.access;

import org.jspecify.annotations.NullMarked;
