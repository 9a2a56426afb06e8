/** The whole gateway between real clients, a real identity provider and a real downstream API. */
@NullMarked
package io.obogateway.exchange;

import org.jspecify.annotations.NullMarked;
