/// What a generator is told in words: catalogues of templates and attributes, and the prompts drawn
/// from them.
@NullMarked
package dev.kumiai.core.prompt;

import org.jspecify.annotations.NullMarked;
