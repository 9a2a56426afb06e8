package io.obogateway.client;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param requestHeaders from a head's first byte to its last
 * @param idle between two requests, and before the first
 */
public record ClientTimeouts(Duration requestHeaders, Duration idle) {}
