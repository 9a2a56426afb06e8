package io.obogateway.jwt;

import org.jspecify.annotations.Nullable;

/**
 * An {@code iss} value, or a template for many: <code>{tenantid}</code> stands for the token's own {@code tid}.
 *
 * @param prefix the whole value if it is no template
 * @param suffix what follows the tenant; null: no template
 */
record IssuerPattern(String prefix, @Nullable String suffix) {
    private static final String TENANT = "{tenantid}";
    private static final String V1_PREFIX = "https://sts.windows.net/";
    private static final int GUID_LENGTH = 36;

    static IssuerPattern of(String value) {
        int at = value.indexOf(TENANT);
        return at < 0
                ? new IssuerPattern(value, null)
                : new IssuerPattern(value.substring(0, at), value.substring(at + TENANT.length()));
    }

    boolean template() {
        return suffix != null;
    }

    /** Whether this is the issuer of a token; exact, character by character (OpenID Connect Core, 3.1.3.7). */
    boolean matches(String iss, @Nullable String tid) {
        if (suffix == null) {
            return iss.equals(prefix);
        }
        return tid != null
                && guid(tid)
                && iss.length() == prefix.length() + GUID_LENGTH + suffix.length()
                && iss.startsWith(prefix)
                && iss.startsWith(tid, prefix.length())
                && iss.endsWith(suffix);
    }

    /**
     * Whether a key of this issuer may sign a token of {@code iss}. Entra gives its v2.0 name to the keys that sign its
     * v1.0 tokens too.
     */
    boolean signsFor(String iss, @Nullable String tid) {
        return matches(iss, tid)
                || (iss.equals(V1_PREFIX + tid + "/")
                        && matches("https://login.microsoftonline.com/" + tid + "/v2.0", tid));
    }

    private static boolean guid(String text) {
        if (text.length() != GUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < GUID_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            char c = text.charAt(i);
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return suffix == null ? prefix : prefix + TENANT + suffix;
    }
}
