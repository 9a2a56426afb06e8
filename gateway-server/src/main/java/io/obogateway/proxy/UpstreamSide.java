package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.upstream.NoConnectionException;
import io.obogateway.upstream.ProxyCredentialsException;
import io.obogateway.upstream.UpstreamAddress;
import io.obogateway.upstream.UpstreamConnection;
import io.obogateway.upstream.UpstreamGroup;
import io.obogateway.upstream.UpstreamPool;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's half of an exchange: the request as the upstream gets it, the address it goes to, and the connection it is
 * sent on; others when the request is sent once more. It is the only one that releases the lease.
 */
final class UpstreamSide implements UpstreamConnection.Listener {
    /*
     * A try is one address and one connection to it.
     *
     * What a failed try permits. No connection: nothing was sent, so any request may go to another address, and no budget
     * is asked, because the load of the upstream does not grow. A connection that had been idle and broke before a
     * response: it may have been closed just as it was picked, so once, on a new connection to the same address; likewise
     * once to the same address where the origin says that it did nothing with the request. Any other connection that broke
     * before a response: to another address, within the upstream's retry budget. All but the first only for what is wholly
     * here, and idempotent or unprocessed.
     */

    /** Who the upstream answers. It hears nothing any more once it has ended this half. */
    interface Exchange {
        /** A try begins: from now on a connection is waited for. */
        void onConnecting();

        /** The request is on its way. */
        void onConnected();

        /** A response head, final or interim (1xx). */
        void onResponseHead(HttpResponse head);

        /** Takes a piece of the response's content, the last one too. */
        void onResponseContent(HttpContent content);

        /** Nothing more is to be had from the upstream: this is what the client is told instead. The log has said why. */
        void refuse(Refusal refusal);
    }

    private final UpstreamPool pool;
    private final UpstreamGroup group;
    private final UpstreamRequest request;
    private final ClientSide client;
    private final Exchange exchange;
    private final FailureLog failures;
    private @Nullable UpstreamAddress address;
    private @Nullable UpstreamConnection connection;
    private int retriesLeft;
    private long tried;
    private boolean fresh;
    private boolean unflushed;
    private boolean asking;
    private boolean ended;

    /**
     * @param client whose pace the response keeps to
     */
    UpstreamSide(
            UpstreamPool pool,
            UpstreamGroup group,
            UpstreamRequest request,
            ClientSide client,
            Exchange exchange,
            FailureLog failures) {
        this.pool = pool;
        this.group = group;
        this.request = request;
        this.client = client;
        this.exchange = exchange;
        this.failures = failures;
        this.retriesLeft = request.forward().route().retries();
    }

    UpstreamRequest request() {
        return request;
    }

    /** Chooses an address and asks for a connection; the exchange hears of it, at once or later. */
    void connect() {
        UpstreamAddress chosen = group.choose();
        if (chosen == null) {
            Throwable cause = new NoConnectionException(NoConnectionException.Reason.CIRCUIT_OPEN);
            giveUp(cause, ExchangeRefusals.noConnection(cause));
        } else {
            fresh = false;
            choose(chosen);
            tryOnce();
        }
    }

    /** Sends the whole request once more, with another token; {@link UpstreamRequest#replay} has approved. */
    void connectAgain(Decision.Forward with) {
        request.replaceToken(with);
        connect();
    }

    private void choose(UpstreamAddress chosen) {
        leaveAddress();
        address = chosen;
        tried |= chosen.bit();
        chosen.begin();
    }

    private void leaveAddress() {
        UpstreamAddress left = address;
        address = null;
        if (left != null) {
            left.end();
        }
    }

    private void tryOnce() {
        exchange.onConnecting(); // first: a connection may be had at once
        asking = true;
        if (fresh) {
            pool.open(chosen().destination(), connectTimeout(), this);
        } else {
            pool.acquire(chosen().destination(), connectTimeout(), this);
        }
    }

    private UpstreamAddress chosen() {
        UpstreamAddress to = address;
        if (to == null) {
            throw new IllegalStateException("an address is chosen first");
        }
        return to;
    }

    private Duration connectTimeout() {
        return request.forward().route().timeouts().connect();
    }

    /** How long a connection may take in all; its steps have deadlines of their own, which come first. */
    long connectDeadlineNanos() {
        return connectTimeout().toNanos() * (group.bounded() ? 3 : 2);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very one
    public void onConnected(UpstreamConnection leased) {
        if (ended) {
            leased.release(true);
            return;
        }
        asking = false;
        if (request.handshake() != null && !leased.upgradable()) {
            leased.release(true);
            exchange.refuse(ExchangeRefusals.NO_WEBSOCKET);
            return;
        }
        connection = leased;
        unflushed = true;
        request.begin(leased, chosen().destination().origin());
        if (connection == leased) { // a write may find that it is broken
            exchange.onConnected();
        }
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        if (ended) {
            return;
        }
        asking = false;
        if (mayTryElsewhere(cause)) {
            tryOnce();
        } else {
            giveUp(cause, ExchangeRefusals.noConnection(cause));
        }
    }

    /** Whether there is another try after no connection could be had. */
    private boolean mayTryElsewhere(Throwable cause) {
        if (cause instanceof NoConnectionException || cause instanceof ProxyCredentialsException) {
            return false; // neither says anything of the service
        }
        chosen().failed(cause);
        return otherAddress(false);
    }

    @Override
    public void onBroken(Throwable cause) {
        UpstreamConnection broken = connection;
        connection = null;
        if (broken == null) {
            return;
        }
        if (mayTryAgain(broken, cause)) {
            tryOnce();
        } else {
            giveUp(cause, ExchangeRefusals.broken(cause));
        }
    }

    /** Whether there is another try after a connection broke. */
    private boolean mayTryAgain(UpstreamConnection broken, Throwable cause) {
        if (broken.responseBegun()) {
            return false;
        }
        boolean unprocessed = broken.unprocessed();
        boolean repeatable = unprocessed ? request.whole() : request.repeatable();
        if ((broken.reused() || unprocessed) && !fresh && repeatable) {
            fresh = true;
            return true;
        }
        if (!broken.reused() && !unprocessed && request.ended()) { // else it may be a client too slow for the service
            chosen().failed(cause);
        }
        return repeatable && otherAddress(true);
    }

    private boolean otherAddress(boolean withinBudget) {
        UpstreamAddress other = retriesLeft > 0 ? group.chooseOther(tried) : null;
        if (other == null || withinBudget && !group.mayRetry()) {
            return false;
        }
        retriesLeft--;
        fresh = false;
        group.retried();
        choose(other);
        return true;
    }

    /** Nothing has come within the deadline, be it a connection or a response. */
    void late() {
        Throwable cause = new SocketTimeoutException(connected() ? "no answer in time" : "no connection in time");
        UpstreamAddress silent = address;
        if (silent != null) {
            silent.failed(cause);
        }
        giveUp(cause, connected() ? ExchangeRefusals.NO_ANSWER : ExchangeRefusals.NO_CONNECTION);
    }

    private void giveUp(Throwable cause, Refusal refusal) {
        failures.upstreamFailed(request.forward().route().name(), toString(), cause);
        exchange.refuse(refusal);
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        UpstreamAddress by = address;
        if (by != null && !InterimResponse.is(head)) {
            by.succeeded();
        }
        exchange.onResponseHead(head);
    }

    @Override
    public void onResponseContent(HttpContent content) {
        exchange.onResponseContent(content);
    }

    @Override
    public void onReadComplete() {
        client.flush();
    }

    @Override
    public boolean wantsMore() {
        return client.writable();
    }

    @Override
    public void onWritabilityChanged() {
        client.pump();
    }

    boolean connected() {
        return connection != null;
    }

    /** Whether it is connected and takes more without it piling up here. */
    boolean writable() {
        UpstreamConnection to = connection;
        return to != null && to.writable();
    }

    /** Writes a piece of the request's content, while connected; takes it. */
    void write(HttpContent content) {
        UpstreamConnection to = connection;
        if (to == null) {
            content.release();
            throw new IllegalStateException("content is passed on only while there is a connection");
        }
        unflushed = true;
        request.write(content, to);
    }

    /** The response head that has just come turns the connection into a tunnel. */
    void upgrade() {
        UpstreamConnection to = connection;
        if (to != null) {
            chosen().succeeded();
            to.upgrade();
        }
    }

    void flush() {
        UpstreamConnection to = connection;
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
        }
    }

    void read() {
        UpstreamConnection from = connection;
        if (from != null) {
            from.read();
        }
    }

    /** Gives the connection back, if there is one. */
    void release(boolean reusable) {
        UpstreamConnection used = connection;
        connection = null;
        if (used != null) {
            used.release(reusable);
        }
    }

    /** The exchange is over: nothing of it is needed any more, but perhaps its connection by another one. */
    void end(boolean reusable) {
        ended = true;
        request.release();
        if (asking) {
            asking = false;
            pool.leave(chosen().destination(), this);
        }
        leaveAddress();
        release(reusable); // last: whoever waits for it begins at once
    }

    /** Where the request went last: for logs, never for a client. */
    @Override
    public String toString() {
        return (address == null ? group : address).toString();
    }
}
