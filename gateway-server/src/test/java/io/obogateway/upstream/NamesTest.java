package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.wire.Eventually;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.RawUpstream;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names of upstreams, as a name server tells of them. */
class NamesTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final long DAY = TimeUnit.DAYS.toSeconds(1);

    private final NameServer nameServer = new NameServer();
    private final RawUpstream peer = new RawUpstream();
    private final MultiThreadIoEventLoopGroup loops;
    private final UpstreamPools pools;
    private final UpstreamPool pool;

    NamesTest() {
        Transport transport = Transport.detect();
        loops = transport.eventLoops("test", 1);
        pools = new UpstreamPools(
                loops,
                transport,
                () -> 4096,
                new TlsContexts(TlsProvider.JDK, List.of()),
                nameServer.provider(),
                System::nanoTime);
        pool = pools.all().get(0);
    }

    @AfterEach
    void stop() {
        pools.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        peer.close();
        nameServer.close();
    }

    @Test
    void ofSeveralAddressesTheOneThatAnswersIsFound() {
        nameServer.tell("people.example", DAY, "127.0.0.2", "127.0.0.1", "127.0.0.3");

        for (int i = 0; i < 6; i++) { // wherever it begins
            isServedBy(peer);
        }
        assertThat(nameServer.questions).filteredOn("A people.example."::equals).hasSize(1);
    }

    @Test
    void anAnswerIsKeptForItsTimeToLiveAndNoLonger() throws IOException {
        try (RawUpstream moved = listeningOn("127.0.0.5")) {
            nameServer.tell("people.example", 2, "127.0.0.1");
            isServedBy(peer);
            nameServer.tell("people.example", 2, "127.0.0.5");
            isServedBy(peer);

            Eventually.holds(() -> {
                CompletableFuture<Integer> answer = ask(LONG);
                Eventually.holds(() -> peer.waiting() + moved.waiting() > 0);
                boolean there = moved.waiting() > 0;
                answer(there ? moved : peer, answer);
                return there;
            });
        }
    }

    @Test
    void aNameThatDoesNotExistIsSaidNotTo() {
        assertThat(ask(LONG))
                .failsWithin(LONG)
                .withThrowableOfType(Exception.class)
                .withCauseInstanceOf(UnknownHostException.class)
                .havingCause()
                .withMessageContaining("people.example");
    }

    @Test
    void aNameThatComesIntoBeingIsFoundSoon() {
        assertThat(ask(LONG)).failsWithin(LONG);
        nameServer.tell("people.example", DAY, "127.0.0.1");

        Eventually.holds(() -> {
            CompletableFuture<Integer> answer = ask(LONG);
            Eventually.holds(() -> peer.waiting() > 0 || answer.isDone());
            boolean found = peer.waiting() > 0;
            if (found) {
                answer(peer, answer);
            }
            return found;
        });
    }

    @Test
    void aSilentNameServerIsNotWaitedForBeyondTheDeadlineAndHoldsUpNobodyElse() {
        nameServer.silent = true;
        ConnectionSlots slots = new ConnectionSlots(1);

        CompletableFuture<Integer> unheard =
                AskedOnce.over(pool, new Destination(named(), slots), SHORT).status();
        CompletableFuture<Integer> meanwhile = AskedOnce.over(
                        pool, new Destination(Origin.of(URI.create(peer.url())), null), LONG)
                .status();
        answer(peer, meanwhile);
        assertThat(unheard).isNotDone();

        assertThat(unheard)
                .failsWithin(Duration.ofSeconds(3)) // and not the name server's own five
                .withThrowableOfType(Exception.class)
                .withRootCauseInstanceOf(UnknownHostException.class)
                .havingRootCause()
                .withMessage("no name server answered in time for people.example");
        assertThat(slots.open()).isZero();
    }

    @Test
    void aNameServerThatIsBackIsAskedAgain() {
        nameServer.silent = true;
        assertThat(ask(SHORT)).failsWithin(Duration.ofSeconds(3));
        nameServer.tell("people.example", DAY, "127.0.0.1");
        nameServer.silent = false;

        Eventually.holds(() -> {
            CompletableFuture<Integer> answer = ask(Duration.ofSeconds(2));
            Eventually.holds(() -> peer.waiting() > 0 || answer.isDone());
            boolean found = peer.waiting() > 0;
            if (found) {
                answer(peer, answer);
            }
            return found;
        });
    }

    @Test
    void anAnswerTooLongForUdpIsHadOverTcp() {
        nameServer.tell("people.example", DAY, "127.0.0.1");
        nameServer.truncates = true;

        isServedBy(peer);
    }

    @Test
    void aNameMayHaveAddressesOfTheOtherFamilyOnly() throws IOException {
        assumeTrue(asksForIpv6());
        try (RawUpstream six = listeningOn("::1")) {
            nameServer.tell("people.example", DAY, "::1");
            isServedBy(six);
        }
    }

    @Test
    void oneFamilyIsEnoughWhereTheOtherIsNotAnswered() {
        nameServer.silentAboutIpv6 = true;
        nameServer.tell("people.example", DAY, "127.0.0.1");

        CompletableFuture<Integer> answer = ask(Duration.ofSeconds(2));
        Eventually.holds(() -> peer.waiting() > 0 || answer.isDone());
        assertThat(answer).isNotDone();
        answer(peer, answer);
    }

    /** The resolver leaves it out where no interface has it. */
    private static boolean asksForIpv6() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address
                        && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress());
    }

    private RawUpstream listeningOn(String address) throws IOException {
        return new RawUpstream(new ServerSocket(peer.port(), 50, InetAddress.getByName(address)));
    }

    private Origin named() {
        return Origin.of(URI.create("http://people.example:" + peer.port()));
    }

    /** Over a connection of its own. */
    private CompletableFuture<Integer> ask(Duration connectTimeout) {
        return AskedOnce.over(pool, new Destination(named(), new ConnectionSlots(0)), connectTimeout)
                .status();
    }

    private void isServedBy(RawUpstream expected) {
        answer(expected, ask(LONG));
    }

    private static void answer(RawUpstream by, CompletableFuture<Integer> answer) {
        RawConnection connection = by.accept();
        connection.head();
        connection.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(answer.join()).isEqualTo(204);
    }
}
