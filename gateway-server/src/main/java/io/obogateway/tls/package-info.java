/** TLS in both directions: contexts made of PEM files, and made anew when these change. */
@NullMarked
package io.obogateway.tls;

import org.jspecify.annotations.NullMarked;
