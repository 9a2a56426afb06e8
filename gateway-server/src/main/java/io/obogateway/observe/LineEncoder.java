package io.obogateway.observe;

import static io.obogateway.observe.LineBuffer.ascii;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of a log line other than the access log's: a JSON object for collectors, or plain text with the stack trace
 * below it for people.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    /** Log collectors split lines at 16 KiB. */
    private static final int MAX_MESSAGE = 4096;

    private static final int MAX_STACK = 8192;

    private static final byte[] NOTHING = {};
    private static final byte[] TIME = ascii("{\"time\":\"");
    private static final byte[] LEVEL = ascii("\",\"level\":\"");
    private static final byte[] LOGGER = ascii("\",\"logger\":\"");
    private static final byte[] MESSAGE = ascii("\",\"message\":\"");
    private static final byte[] ERROR = ascii("\",\"error\":\"");
    private static final byte[] END = ascii("\"}\n");
    private static final byte[] COLON = ascii(": ");

    private final boolean plain;

    LineEncoder(boolean plain) {
        this.plain = plain;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        LineBuffer line = new LineBuffer(512);
        if (plain) {
            plain(line, event);
        } else {
            json(line, event);
        }
        return Arrays.copyOf(line.array(), line.length());
    }

    private static void json(LineBuffer line, ILoggingEvent event) {
        line.raw(TIME).time(event.getTimeStamp());
        line.raw(LEVEL).text(event.getLevel().toString(), MAX_MESSAGE);
        line.raw(LOGGER).text(event.getLoggerName(), MAX_MESSAGE);
        line.raw(MESSAGE).text(message(event), MAX_MESSAGE);
        if (event.getThrowableProxy() != null) {
            line.raw(ERROR).text(ThrowableProxyUtil.asString(event.getThrowableProxy()), MAX_STACK);
        }
        line.raw(END);
    }

    private static void plain(LineBuffer line, ILoggingEvent event) {
        String logger = event.getLoggerName();
        line.time(event.getTimeStamp()).raw(' ').text(event.getLevel().toString(), MAX_MESSAGE);
        line.raw(' ').text(logger.substring(logger.lastIndexOf('.') + 1), MAX_MESSAGE);
        line.raw(COLON);
        unquoted(line, message(event));
        line.raw('\n');
        if (event.getThrowableProxy() != null) {
            line.raw(ThrowableProxyUtil.asString(event.getThrowableProxy()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** People read quotes as they are; only JSON needs them escaped. */
    private static void unquoted(LineBuffer line, String message) {
        int from = 0;
        for (int quote = message.indexOf('"'); quote >= 0 && quote < MAX_MESSAGE; quote = message.indexOf('"', from)) {
            line.text(message.substring(from, quote), MAX_MESSAGE).raw('"');
            from = quote + 1;
        }
        line.text(message.substring(from), MAX_MESSAGE - from);
    }

    private static String message(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        return message == null ? "" : message;
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
