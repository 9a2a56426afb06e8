/** The operators' port: liveness, readiness, metrics. */
@NullMarked
package io.obogateway.admin;

import org.jspecify.annotations.NullMarked;
