package io.obogateway.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A name server on a port of loopback, over UDP and TCP, that knows what a test tells it. */
final class NameServer implements AutoCloseable {
    /** What is known of a name. */
    private record Entry(long ttlSeconds, List<String> addresses) {}

    /** The questions that came, as {@code A people.example.} or {@code AAAA people.example.}. */
    final List<String> questions = new CopyOnWriteArrayList<>();

    private final Map<String, Entry> names = new ConcurrentHashMap<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InetSocketAddress address;

    /** It answers nothing. */
    volatile boolean silent;

    /** It answers no questions about addresses of IPv6. */
    volatile boolean silentAboutIpv6;

    /** What comes over UDP gets no records, and is told that there are some. */
    volatile boolean truncates;

    NameServer() {
        ServerBootstrap tcp = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new TcpDnsQueryDecoder())
                                .addLast(new TcpDnsResponseEncoder())
                                .addLast(new OverTcp());
                    }
                });
        Bootstrap udp = new Bootstrap()
                .group(loops)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new DatagramDnsQueryDecoder())
                                .addLast(new DatagramDnsResponseEncoder())
                                .addLast(new OverUdp());
                    }
                });
        address = bind(tcp, udp);
    }

    /** To one port of both protocols, which somebody may have of the second one. */
    private static InetSocketAddress bind(ServerBootstrap tcp, Bootstrap udp) {
        for (int i = 0; i < 20; i++) {
            Channel listening = tcp.bind(InetAddress.getLoopbackAddress(), 0)
                    .syncUninterruptibly()
                    .channel();
            InetSocketAddress bound = (InetSocketAddress) listening.localAddress();
            if (udp.bind(bound).awaitUninterruptibly().isSuccess()) {
                return bound;
            }
            listening.close().syncUninterruptibly();
        }
        throw new IllegalStateException("no port is free");
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider(address);
    }

    /**
     * From now on the name has these addresses and no others.
     *
     * @param addresses none: it exists without any
     */
    void tell(String name, long ttlSeconds, String... addresses) {
        names.put(name + ".", new Entry(ttlSeconds, List.of(addresses)));
    }

    private final class OverUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            InetSocketAddress asker = query.sender();
            DnsResponse response = new DatagramDnsResponse(address, asker, query.id());
            response.setTruncated(truncates);
            answer(ctx, query, response, !truncates);
        }
    }

    private final class OverTcp extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
            answer(ctx, query, new DefaultDnsResponse(query.id()), true);
        }
    }

    private void answer(ChannelHandlerContext ctx, DnsQuery query, DnsResponse response, boolean withRecords) {
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        questions.add(question.type().name() + " " + question.name());
        if (silent || silentAboutIpv6 && question.type().equals(DnsRecordType.AAAA)) {
            response.release();
            return;
        }
        response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
        Entry known = names.get(question.name());
        if (known == null) {
            response.setCode(DnsResponseCode.NXDOMAIN);
        } else if (withRecords) {
            for (String each : known.addresses()) {
                byte[] bytes = NetUtil.createByteArrayFromIpAddressString(each);
                if (question.type().equals(bytes.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA)) {
                    ByteBuf content = Unpooled.wrappedBuffer(bytes);
                    response.addRecord(
                            DnsSection.ANSWER,
                            new DefaultDnsRawRecord(question.name(), question.type(), known.ttlSeconds(), content));
                }
            }
        }
        ctx.writeAndFlush(response);
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
