/**
 * What single steps of a request cost: verifying tokens, finding routes, reading paths, hitting the token cache. Built
 * with everything else, run by hand; how, and what came out, is in {@code docs/performance.md}.
 */
@NullMarked
package io.obogateway.benchmarks;

import org.jspecify.annotations.NullMarked;
