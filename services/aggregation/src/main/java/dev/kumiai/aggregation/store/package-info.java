/// Where everything is kept: tables through Hibernate, artifacts in a folder. The entities are rows
/// and nothing more; Hibernate fills them, so their fields are not checked for null.
@NullMarked
package dev.kumiai.aggregation.store;

import org.jspecify.annotations.NullMarked;
