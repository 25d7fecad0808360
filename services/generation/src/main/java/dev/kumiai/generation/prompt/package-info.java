/// Descriptions that language models write for prompts, reviewed by the site's policy and kept at
/// the site.
@NullMarked
package dev.kumiai.generation.prompt;

import org.jspecify.annotations.NullMarked;
