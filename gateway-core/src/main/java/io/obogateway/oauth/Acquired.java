package io.obogateway.oauth;

/** An outbound token and how it was come by. */
public record Acquired(AccessToken token, Outcome outcome) {

    /** The {@code cache} member of the access log. */
    public enum Outcome {
        HIT("hit"),
        MISS("miss"),
        RENEWED("renewed"),
        SHARED("shared");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
