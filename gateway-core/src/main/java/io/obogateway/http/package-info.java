/** Transport-neutral HTTP: the request head, its path, JSON, and calls to issuers and token providers. */
@NullMarked
package io.obogateway.http;

import org.jspecify.annotations.NullMarked;
