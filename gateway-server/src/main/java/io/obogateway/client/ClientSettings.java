package io.obogateway.client;

/**
 * What one client connection is held to for as long as it stands.
 *
 * @param maxRequestLine bytes; 414 beyond
 * @param maxHeaders bytes; 431 beyond
 */
public record ClientSettings(ClientTimeouts timeouts, int maxRequestLine, int maxHeaders) {}
