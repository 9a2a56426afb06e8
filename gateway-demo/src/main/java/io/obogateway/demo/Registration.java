package io.obogateway.demo;

/**
 * An application that the identity provider knows.
 *
 * @param clientId also the audience of inbound tokens
 */
record Registration(String clientId, String clientSecret) {
    static final Registration GATEWAY =
            new Registration("60dea49a-255b-48b5-b0c0-0974ac1c0b53", "only-a-demo-not-a-secret");

    @Override
    public String toString() {
        return "Registration[clientId=" + clientId + ", clientSecret=***]";
    }
}
