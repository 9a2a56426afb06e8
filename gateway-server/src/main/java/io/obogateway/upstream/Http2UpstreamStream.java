package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One exchange with an origin that speaks HTTP/2: a stream of a connection that other exchanges use as well. */
final class Http2UpstreamStream implements UpstreamConnection {
    /*
     * Reading: frames come whether or not anybody asks for them. What the listener has been given and did not want more
     * after is not given back to the stream's window until it reads again, so that a slow client stops its service and
     * nobody else's.
     *
     * The request's head is sent with what follows it, because the frame says whether anything does.
     *
     * Tunnel: the request of a WebSocket ends with its head, its stream does not. The end of the stream, either way, is to a
     * tunnel what the close of its connection is in HTTP/1.1 (RFC 8441, 5).
     */
    private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Http2UpstreamHandler connection;
    private final boolean reused;

    private @Nullable Listener listener;
    private @Nullable HttpRequest unsentHead;
    private @Nullable Http2Stream stream;
    private boolean responseBegun;
    private boolean headReceived;
    /** It can have no content (RFC 9110, 6.4.1). */
    private boolean contentless;

    private boolean contentOwed;
    private boolean responseEnded;
    private boolean leaseEndsWithStream;
    private boolean toHead;
    private boolean handshake;
    private boolean tunnel;
    private boolean reset;
    private boolean unprocessed;
    private int withheld;

    Http2UpstreamStream(Http2UpstreamHandler connection, boolean reused) {
        this.connection = connection;
        this.reused = reused;
    }

    void lease(Listener newListener) {
        listener = newListener;
        newListener.onConnected(this);
    }

    /** A stream that the service itself has reset did not die unnoticed. */
    @Override
    public boolean reused() {
        return reused && !reset;
    }

    @Override
    public boolean unprocessed() {
        return unprocessed;
    }

    @Override
    public boolean responseBegun() {
        return responseBegun;
    }

    @Override
    public boolean writable() {
        Http2Stream begun = stream;
        return begun == null ? connection.writable() : connection.writable(begun);
    }

    @Override
    public void write(HttpRequest head) {
        unsentHead = head;
        handshake = UpstreamHandshake.is(head);
        if (head instanceof HttpContent content) {
            write(content);
        }
    }

    @Override
    public void write(HttpContent content) {
        boolean last = content instanceof LastHttpContent && !handshake;
        boolean trailers =
                last && !((LastHttpContent) content).trailingHeaders().isEmpty();
        boolean empty = !content.content().isReadable();
        if (empty && last && !trailers && unsentHead != null) {
            content.release();
            sendHead(true);
            return;
        }
        sendHead(false);
        Http2Stream to = stream;
        if (to == null || empty && !last) {
            content.release();
        } else if (trailers) {
            if (empty) {
                content.release();
            } else {
                connection.writeContent(to, content.content(), false);
            }
            connection.writeTrailers(to, Http2Fields.trailers(((LastHttpContent) content).trailingHeaders()));
        } else {
            connection.writeContent(to, content.content(), last);
        }
    }

    @Override
    public boolean upgradable() {
        return connection.extendedConnect();
    }

    @Override
    public void upgrade() {
        tunnel = true;
    }

    private void sendHead(boolean end) {
        HttpRequest head = unsentHead;
        if (head != null) {
            unsentHead = null;
            toHead = HttpMethod.HEAD.equals(head.method());
            Http2Headers fields = handshake
                    ? UpstreamHandshake.fields(head, connection.tls())
                    : Http2UpstreamFields.of(head, connection.tls());
            stream = connection.begin(this, fields, end);
        }
    }

    @Override
    public void flush() {
        sendHead(false);
        connection.flushSoon();
    }

    @Override
    public void read() {
        Http2Stream from = stream;
        int bytes = withheld;
        if (from != null && bytes > 0) {
            withheld = 0;
            connection.consumed(from, bytes);
        }
    }

    @Override
    public void release(boolean reusable) {
        if (listener == null) {
            return;
        }
        listener = null;
        unsentHead = null;
        Http2Stream abandoned = stream;
        if (tunnel && abandoned != null) {
            connection.end(abandoned, LEAVING_NANOS);
        } else if (abandoned != null && !(responseEnded && requestSent(abandoned))) {
            connection.reset(abandoned, responseEnded ? Http2Error.NO_ERROR : Http2Error.CANCEL);
            if (!responseBegun) {
                connection.doubt();
            }
        }
        endLease();
    }

    /** What waits for the stream's window is not sent: a service that has answered may never take it. */
    private static boolean requestSent(Http2Stream stream) {
        return stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL || stream.state() == Http2Stream.State.CLOSED;
    }

    /** It counts as long as the stream does, which the service counts too. */
    private void endLease() {
        Http2Stream begun = stream;
        if (begun == null || begun.state() == Http2Stream.State.CLOSED) {
            connection.ended();
        } else {
            leaseEndsWithStream = true;
        }
    }

    // from the connection

    void onHead(Http2Headers fields, boolean end) {
        Listener told = listener;
        if (told == null || responseEnded) {
            return;
        }
        responseBegun = true;
        if (headReceived) {
            onTrailers(fields, end);
            return;
        }
        HttpResponse head = Http2UpstreamFields.response(fields);
        String violation = head == null ? "it has no status" : ResponseRules.violationOfHttp2(head, end);
        if (head == null || violation != null) {
            malformed(String.valueOf(violation));
            return;
        }
        headReceived = head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        boolean accepted = handshake && UpstreamHandshake.accepted(head);
        contentless = headReceived && (toHead || Http2UpstreamFields.isContentless(head.status()));
        contentOwed = headReceived && !contentless && !accepted && Http2UpstreamFields.announcesContent(head);
        if (end && contentOwed) {
            tooShort();
            return;
        }
        told.onResponseHead(head);
        if (end) {
            endResponse(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        connection.touched(this);
    }

    private void onTrailers(Http2Headers fields, boolean end) {
        if (!end || tunnel) { // RFC 9113, 8.5
            malformed("fields in the midst of its content");
            return;
        }
        if (contentOwed) {
            tooShort();
            return;
        }
        endResponse(Http2UpstreamFields.last(fields));
        connection.touched(this);
    }

    /** Takes the end. */
    private void endResponse(LastHttpContent last) {
        responseEnded = true;
        Listener told = listener;
        if (told == null) {
            last.release();
        } else {
            told.onResponseContent(last);
        }
    }

    /**
     * Borrows the data.
     *
     * @return how much of it goes back to the window at once
     */
    int onData(ByteBuf data, boolean end) {
        int bytes = data.readableBytes();
        Listener told = listener;
        if (told == null || responseEnded) {
            return bytes;
        }
        if (!headReceived) {
            malformed("content before its head");
            return bytes;
        }
        if (contentless) { // and so it is over, whatever this is
            endResponse(LastHttpContent.EMPTY_LAST_CONTENT);
            connection.touched(this);
            return bytes;
        }
        contentOwed &= bytes == 0;
        if (end && contentOwed) {
            tooShort();
            return bytes;
        }
        if (end && !tunnel) {
            endResponse(new DefaultLastHttpContent(data.retain()));
        } else if (bytes > 0) {
            told.onResponseContent(new DefaultHttpContent(data.retain()));
        }
        if (end && tunnel) { // what it ends is no message, whose last piece could be told with its end
            endResponse(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        connection.touched(this);
        withheld += bytes;
        Listener still = listener;
        if (still != null && !still.wantsMore()) {
            return 0;
        }
        int free = withheld;
        withheld = 0;
        return free;
    }

    /** The codec lets an empty response pass, whatever its length: it does not know what it answers (RFC 9113, 8.1.1). */
    private void tooShort() {
        malformed("it ends before the content that its length announces");
    }

    /** A head or trailers that nobody has room for. */
    void onOversizeFields() {
        responseBegun = true;
        malformed("its fields are larger than permitted");
    }

    /** Something of it that Netty's decoder has refused, and nobody has been told of before. */
    void onViolation(Http2Exception.StreamException violation) {
        responseBegun = true;
        String what = violation instanceof Http2Exception.HeaderListSizeException
                ? "its fields are larger than permitted"
                : "HTTP/2 forbids it (" + violation.error() + ")"; // the exception repeats what the service sent
        broken(new MalformedResponseException(what), violation.error());
    }

    private void malformed(String what) {
        broken(new MalformedResponseException(what), Http2Error.PROTOCOL_ERROR);
    }

    /** The request's head could not be sent. */
    void notBegun(IOException cause) {
        unprocessed = true;
        broken(cause, null);
    }

    /** Something threw that should not have: what is wrong with one exchange is not the others'. */
    void onDefect(RuntimeException cause) {
        broken(cause, Http2Error.INTERNAL_ERROR);
    }

    void onReset(long errorCode) {
        reset = true;
        unprocessed = errorCode == Http2Error.REFUSED_STREAM.code();
        broken(new IOException("the service reset the stream with HTTP/2's error " + errorCode), null);
    }

    /** The stream is over, for whatever reason. */
    void onClosed() {
        Http2Stream over = stream;
        unprocessed |= over != null && connection.isUnknownToPeer(over);
        broken(new IOException("the stream closed before the response was complete"), null);
        if (leaseEndsWithStream) {
            leaseEndsWithStream = false;
            connection.ended();
        }
    }

    void broken(Throwable cause, @Nullable Http2Error tell) {
        Listener told = listener;
        if (told == null || responseEnded) {
            return;
        }
        if (headReceived) {
            told.onReadComplete(); // what came before goes to the client, as it does when a connection closes
        }
        if (listener == null) { // released by that
            return;
        }
        listener = null;
        Http2Stream abandoned = stream;
        if (abandoned != null && tell != null) {
            connection.reset(abandoned, tell);
        }
        endLease();
        told.onBroken(cause);
    }

    void onReadComplete() {
        Listener told = listener;
        if (told != null) {
            told.onReadComplete();
        }
    }

    void onWritabilityChanged() {
        Listener told = listener;
        if (told != null) {
            told.onWritabilityChanged();
        }
    }
}
