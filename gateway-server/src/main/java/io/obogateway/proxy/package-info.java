/** One request from head to log line. */
@NullMarked
package io.obogateway.proxy;

import org.jspecify.annotations.NullMarked;
