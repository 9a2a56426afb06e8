/** Connections from clients: strict framing, order of requests, deadlines. */
@NullMarked
package io.obogateway.client;

import org.jspecify.annotations.NullMarked;
