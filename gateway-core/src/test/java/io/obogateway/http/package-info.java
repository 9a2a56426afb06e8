/** Tests of neutral HTTP, and the backchannel that other tests call real servers with. */
@NullMarked
package io.obogateway.http;

import org.jspecify.annotations.NullMarked;
