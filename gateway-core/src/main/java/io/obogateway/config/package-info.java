/** HOCON in, domain records out, or every problem at once. */
@NullMarked
package io.obogateway.config;

import org.jspecify.annotations.NullMarked;
