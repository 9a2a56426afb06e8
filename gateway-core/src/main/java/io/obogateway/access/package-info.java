/** The policy: one request head in, one decision out. */
@NullMarked
package io.obogateway.access;

import org.jspecify.annotations.NullMarked;
