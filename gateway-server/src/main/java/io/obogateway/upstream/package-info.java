/** Connections to upstreams, issuers and providers: opened, leased, watched while idle, closed. */
@NullMarked
package io.obogateway.upstream;

import org.jspecify.annotations.NullMarked;
