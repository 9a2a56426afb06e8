package io.obogateway.wire;

/** One with a client of HTTP/2, in which nothing times out. */
abstract class Http2Conversation extends Conversation<Http2Connection> {
    Http2Conversation() {
        super(TestGateway::patient, Http2Connection::to);
    }
}
