/** Wiring, listeners, start, drain, and the command line. */
@NullMarked
package io.obogateway.server;

import org.jspecify.annotations.NullMarked;
