/// Enrolment of sites and what they hold.
@NullMarked
package dev.kumiai.protocol.site;

import org.jspecify.annotations.NullMarked;
