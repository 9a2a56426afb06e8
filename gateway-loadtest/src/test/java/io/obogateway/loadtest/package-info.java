/** Load on the gateway: an identity provider, an API and many employees, or a gateway that runs elsewhere. */
@NullMarked
package io.obogateway.loadtest;

import org.jspecify.annotations.NullMarked;
