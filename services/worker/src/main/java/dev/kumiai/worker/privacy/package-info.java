/// What a site spends of its privacy, and noise on what it announces.
@NullMarked
package dev.kumiai.worker.privacy;

import org.jspecify.annotations.NullMarked;
