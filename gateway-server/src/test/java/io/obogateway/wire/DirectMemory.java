package io.obogateway.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** What the gateway's buffers take outside the heap. */
public final class DirectMemory {
    private DirectMemory() {}

    /** In bytes, those of everybody in this process together. */
    public static long used() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
