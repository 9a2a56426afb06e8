/** Inbound tokens: who may sign them, their keys, and the checks that make a claim set trustworthy. */
@NullMarked
package io.obogateway.jwt;

import org.jspecify.annotations.NullMarked;
