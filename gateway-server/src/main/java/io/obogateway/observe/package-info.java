/** What operators see of the traffic: the access log and the metrics. */
@NullMarked
package io.obogateway.observe;

import org.jspecify.annotations.NullMarked;
