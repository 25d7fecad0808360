/// What the services' log lines have in common.
@NullMarked
package dev.kumiai.core.log;

import org.jspecify.annotations.NullMarked;
