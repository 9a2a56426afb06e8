package io.obogateway.config;

/** Numbers of bytes as a configuration writes them: {@code 512}, {@code 16 KiB}, {@code unlimited}. */
final class Sizes {
    private static final long KIB = 1024;

    private Sizes() {}

    /** In the largest unit that leaves no rest. */
    static String text(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return Key.UNLIMITED;
        }
        if (bytes == 0 || bytes % KIB != 0) {
            return Long.toString(bytes);
        }
        long kib = bytes / KIB;
        if (kib % KIB != 0) {
            return kib + " KiB";
        }
        long mib = kib / KIB;
        return mib % KIB == 0 ? mib / KIB + " GiB" : mib + " MiB";
    }
}
