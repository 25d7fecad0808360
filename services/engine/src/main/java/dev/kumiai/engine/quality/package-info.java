/// Filters and measures of generated samples, at the site.
@NullMarked
package dev.kumiai.engine.quality;

import org.jspecify.annotations.NullMarked;
