/** Tests of inbound tokens: real tokens, a real server for the keys, time and scheduler turned by hand. */
@NullMarked
package io.obogateway.jwt;

import org.jspecify.annotations.NullMarked;
