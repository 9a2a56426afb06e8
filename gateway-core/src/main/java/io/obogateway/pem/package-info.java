/** Certificates and keys out of PEM text. */
@NullMarked
package io.obogateway.pem;

import org.jspecify.annotations.NullMarked;
