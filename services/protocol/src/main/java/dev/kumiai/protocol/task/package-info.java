/// The work a site is handed, and what it answers.
@NullMarked
package dev.kumiai.protocol.task;

import org.jspecify.annotations.NullMarked;
