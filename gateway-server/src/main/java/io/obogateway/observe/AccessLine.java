package io.obogateway.observe;

import static io.obogateway.observe.LineBuffer.ascii;

import org.jspecify.annotations.Nullable;

/** The text of an access-log line: which members, in which order. Members that are not known are left out. */
final class AccessLine {
    /** Longer paths are cut: log collectors split lines at 16 KiB. */
    private static final int MAX_PATH = 2048;

    private static final int MAX_NAME = 256;

    private static final byte[] TIME = ascii("{\"log\":\"access\",\"time\":\"");
    private static final byte[] TRACE_ID = ascii(",\"traceId\":\"");
    private static final byte[] ROUTE = ascii(",\"route\":\"");
    private static final byte[] METHOD = ascii(",\"method\":\"");
    private static final byte[] PATH = ascii(",\"path\":\"");
    private static final byte[] STATUS = ascii(",\"status\":");
    private static final byte[] CODE = ascii(",\"code\":\"");
    private static final byte[] DURATION = ascii(",\"durationMs\":");
    private static final byte[] GRANT = ascii(",\"grant\":\"");
    private static final byte[] CACHE = ascii(",\"cache\":\"");
    private static final byte[] CLIENT = ascii(",\"client\":\"");
    private static final byte[] UPSTREAM_STATUS = ascii(",\"upstreamStatus\":");
    private static final byte[] BYTES_IN = ascii(",\"bytesIn\":");
    private static final byte[] BYTES_OUT = ascii(",\"bytesOut\":");
    private static final byte[] END = ascii("}\n");

    private static final byte[] PLAIN_DURATION = ascii("ms");
    private static final byte[] PLAIN_ROUTE = ascii(" route=");
    private static final byte[] PLAIN_GRANT = ascii(" grant=");
    private static final byte[] PLAIN_CACHE = ascii(" cache=");
    private static final byte[] PLAIN_CLIENT = ascii(" client=");
    private static final byte[] PLAIN_UPSTREAM_STATUS = ascii(" upstreamStatus=");
    private static final byte[] PLAIN_TRACE_ID = ascii(" traceId=");

    private AccessLine() {}

    /** For collectors: one JSON object. */
    static void json(LineBuffer line, ExchangeFacts facts, long epochMillis) {
        line.raw(TIME).time(epochMillis).raw('"');
        member(line, TRACE_ID, facts.traceId);
        member(line, ROUTE, facts.route);
        member(line, METHOD, facts.method);
        if (!facts.path.isEmpty()) {
            line.raw(PATH).text(facts.path, MAX_PATH).raw('"');
        }
        if (facts.status != 0) {
            line.raw(STATUS).number(facts.status);
        }
        member(line, CODE, facts.code);
        line.raw(DURATION).millis(facts.endNanos - facts.startNanos);
        member(line, GRANT, facts.grant);
        member(line, CACHE, facts.cache);
        member(line, CLIENT, facts.client);
        if (facts.upstreamStatus != 0) {
            line.raw(UPSTREAM_STATUS).number(facts.upstreamStatus);
        }
        line.raw(BYTES_IN).number(facts.bytesIn);
        line.raw(BYTES_OUT).number(facts.bytesOut).raw(END);
    }

    private static void member(LineBuffer line, byte[] name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            line.raw(name).text(value, MAX_NAME).raw('"');
        }
    }

    /** For people at a terminal: what happened first, then why. */
    static void plain(LineBuffer line, ExchangeFacts facts, long epochMillis) {
        line.time(epochMillis);
        word(line, facts.method.isEmpty() ? "-" : facts.method);
        line.raw(' ').text(facts.path.isEmpty() ? "-" : facts.path, MAX_PATH).raw(' ');
        if (facts.status != 0) {
            line.number(facts.status);
        } else {
            line.raw('-');
        }
        if (facts.code != null) {
            word(line, facts.code);
        }
        line.raw(' ').millis(facts.endNanos - facts.startNanos).raw(PLAIN_DURATION);
        property(line, PLAIN_ROUTE, facts.route);
        property(line, PLAIN_GRANT, facts.grant);
        property(line, PLAIN_CACHE, facts.cache);
        property(line, PLAIN_CLIENT, facts.client);
        if (facts.upstreamStatus != 0) {
            line.raw(PLAIN_UPSTREAM_STATUS).number(facts.upstreamStatus);
        }
        property(line, PLAIN_TRACE_ID, facts.traceId);
        line.raw('\n');
    }

    private static void word(LineBuffer line, String value) {
        line.raw(' ').text(value, MAX_NAME);
    }

    private static void property(LineBuffer line, byte[] name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            line.raw(name).text(value, MAX_NAME);
        }
    }
}
