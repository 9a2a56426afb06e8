/** Tests of the policy: real tokens, and an identity provider over real HTTP. */
@NullMarked
package io.obogateway.access;

import org.jspecify.annotations.NullMarked;
