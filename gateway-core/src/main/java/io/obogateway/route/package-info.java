/** Which route takes a request, and what that route demands. */
@NullMarked
package io.obogateway.route;

import org.jspecify.annotations.NullMarked;
