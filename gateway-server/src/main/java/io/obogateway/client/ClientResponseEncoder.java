package io.obogateway.client;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/** Encodes responses knowing whether HEAD was asked: such a response has the fields of content, but none. */
final class ClientResponseEncoder extends HttpResponseEncoder {
    private boolean head;

    void respondToHead(boolean newHead) {
        head = newHead;
    }

    @Override
    protected void sanitizeHeadersBeforeEncode(HttpResponse response, boolean isAlwaysEmpty) {
        if (!head || response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            super.sanitizeHeadersBeforeEncode(response, isAlwaysEmpty);
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }
}
