/** The whole gateway between raw sockets: what is on the wire, byte by byte. */
@NullMarked
package io.obogateway.wire;

import org.jspecify.annotations.NullMarked;
