/// How the reconcilers start, lead and come back.
@NullMarked
package dev.kumiai.kubernetes.operator;

import org.jspecify.annotations.NullMarked;
