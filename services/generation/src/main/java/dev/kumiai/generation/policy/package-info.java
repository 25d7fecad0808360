/// What a site lets out to services that somebody else runs: text alone, scrubbed of its private
/// words, to services that its policy names, and all of it on record.
@NullMarked
package dev.kumiai.generation.policy;

import org.jspecify.annotations.NullMarked;
