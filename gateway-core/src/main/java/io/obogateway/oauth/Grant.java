package io.obogateway.oauth;

/** What a route does about the outbound {@code Authorization}. It is the route's type, never a fallback. */
public enum Grant {
    /** An employee's token is exchanged for one for the upstream (RFC 7523, RFC 8693, Texas). */
    ON_BEHALF_OF("on-behalf-of"),
    /** The gateway's own token (RFC 6749, 4.4), for callers that are applications themselves. */
    CLIENT_CREDENTIALS("client-credentials"),
    /** The inbound token goes on unchanged. */
    PASS_THROUGH("pass-through"),
    /** No token is needed, none is sent on. */
    ANONYMOUS("anonymous");

    private final String configName;

    Grant(String configName) {
        this.configName = configName;
    }

    /** Its name in the configuration, the logs and the metrics. */
    public String configName() {
        return configName;
    }
}
