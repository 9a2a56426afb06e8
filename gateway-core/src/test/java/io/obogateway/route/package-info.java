/** Tests of routing, and routes for other tests. */
@NullMarked
package io.obogateway.route;

import org.jspecify.annotations.NullMarked;
