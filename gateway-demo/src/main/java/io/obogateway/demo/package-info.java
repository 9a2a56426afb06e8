/** The gateway on a developer's machine, with everything around it embedded. */
@NullMarked
package io.obogateway.demo;

import org.jspecify.annotations.NullMarked;
