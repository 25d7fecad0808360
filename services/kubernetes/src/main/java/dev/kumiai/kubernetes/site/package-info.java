/// Sites: what is made for them in their namespaces, and how they are.
@NullMarked
package dev.kumiai.kubernetes.site;

import org.jspecify.annotations.NullMarked;
