/** Outbound tokens: what a route wants, how a provider is asked for it, and the cache in between. */
@NullMarked
package io.obogateway.oauth;

import org.jspecify.annotations.NullMarked;
