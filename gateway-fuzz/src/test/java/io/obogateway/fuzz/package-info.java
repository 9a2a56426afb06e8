/**
 * What strangers send, mutated by Jazzer. In an ordinary build each target runs over the inputs that are kept beside it
 * in {@code src/test/resources}; the Maven profile {@code fuzz} looks for new ones, for a bounded time.
 */
@NullMarked
package io.obogateway.fuzz;

import org.jspecify.annotations.NullMarked;
