package io.obogateway.config;

import io.obogateway.route.Upstream;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where a route sends its requests: a URL, a list of one, or a block that says more. */
final class UpstreamReader {
    private static final String SEVERAL = "this version does not have several upstreams of one route yet; give one URL";

    private UpstreamReader() {}

    /**
     * Null: none is named, or a problem was reported.
     *
     * @param whole whether this is a route, which must name one; {@code route-defaults} need not
     */
    static @Nullable Upstream read(Section route, boolean whole) {
        Key upstream = route.key("upstream");
        Section block = route.sectionIfAny("upstream");
        Key url = upstream.isBlock() ? inBlock(block, whole) : single(upstream);
        boolean useOutboundProxy = !block.key("use-outbound-proxy").absent()
                && block.key("use-outbound-proxy").flag();
        block.refuseUnknown();
        URI read = url == null ? null : Urls.upstream(url);
        return read == null ? null : new Upstream(read, useOutboundProxy);
    }

    private static @Nullable Key inBlock(Section block, boolean whole) {
        Key url = block.key("url");
        Key urls = block.key("urls");
        if (urls.absent()) {
            if (whole) {
                url.missing("has no value; say where requests go, such as \"http://people-api.hr\"");
            }
            return url;
        }
        if (!url.absent()) {
            urls.problem("cannot stand beside url; remove one of them");
            return null;
        }
        return single(urls);
    }

    private static @Nullable Key single(Key key) {
        if (!key.isList()) {
            return key;
        }
        List<Key> elements = key.elements();
        if (elements.size() == 1) {
            return elements.get(0);
        }
        key.problem(elements.isEmpty() ? "is empty; give one URL" : SEVERAL);
        return null;
    }
}
