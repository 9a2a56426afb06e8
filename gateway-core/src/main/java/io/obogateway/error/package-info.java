/** What can go wrong: the table of refusals and the exception that carries one. */
@NullMarked
package io.obogateway.error;

import org.jspecify.annotations.NullMarked;
