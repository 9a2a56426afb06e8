package io.obogateway.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import org.jspecify.annotations.Nullable;

/** A response as its client gets it: the upstream's, or one of the gateway's own in its place. */
final class ClientResponse {
    private final ClientSide client;
    private final ClientRequest request;
    private final ExchangeFacts facts;
    private final ExchangeState state;

    ClientResponse(ClientSide client, ClientRequest request, ExchangeFacts facts, ExchangeState state) {
        this.client = client;
        this.request = request;
        this.facts = facts;
        this.state = state;
    }

    /** Passes an upstream's interim response on; takes it. */
    void interim(HttpResponse head) {
        if (!head.status().equals(HttpResponseStatus.CONTINUE)) { // that one is ours to send
            HeaderRules.toClient(head);
            client.sendInterim(InterimResponse.of(head.status(), head.headers()));
        }
    }

    /** Tells the client to send its content, if it waits for that. */
    void permitContent() {
        if (request.expectsContinue() && !requestHere()) {
            client.sendInterim(InterimResponse.sendContent());
        }
    }

    private boolean requestHere() {
        return state.requestEnded() || client.requestEndHeld();
    }

    /**
     * Begins the upstream's response; takes it and changes it in place.
     *
     * @param decided about its request
     */
    void begin(HttpResponse head, @Nullable Decision decided) {
        HeaderRules.toClient(head);
        request.addRouteFields(head, decided);
        facts.status = head.status().code();
        state.response = ResponseSide.HEAD_SENT;
        client.send(head, requestHere());
    }

    /** Passes a piece of a response that has begun; takes it. The last one completes it. */
    void pass(HttpContent content) {
        client.send(content);
        if (content instanceof LastHttpContent) {
            state.response = ResponseSide.ENDED;
        }
    }

    /**
     * Answers in the upstream's place; takes the response.
     *
     * @param status for the log: a refusal may be told in another one (gRPC)
     * @param decided about its request; null: nothing was
     */
    void instead(FullHttpResponse response, int status, @Nullable Decision decided) {
        request.addRouteFields(response, decided);
        facts.status = status;
        facts.bytesOut = response.content().readableBytes();
        state.response = ResponseSide.ENDED;
        client.send(response, requestHere());
    }
}
