package io.obogateway.upstream;

import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads and on whose account it is: connections are kept, and shared, by destination.
 *
 * @param slots counts the connection and bounds how many there are; null: neither
 */
public record Destination(Origin origin, @Nullable ConnectionSlots slots) {}
