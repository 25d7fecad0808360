/// Catalogues of prompts as people edit them.
@NullMarked
package dev.kumiai.cli.prompt;

import org.jspecify.annotations.NullMarked;
