/** A scriptable identity provider over real HTTP on loopback, which fails the way Entra ID does. */
@NullMarked
package io.obogateway.fakeentra;

import org.jspecify.annotations.NullMarked;
