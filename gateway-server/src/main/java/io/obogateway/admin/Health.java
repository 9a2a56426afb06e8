package io.obogateway.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What readiness is made of. Asked for on every probe, on the admin loop: each supplier must answer at once.
 *
 * @param draining the gateway is on its way out and wants no new traffic
 * @param notReady reasons why requests would fail, such as an issuer whose keys never came; empty: ready
 * @param warnings what an operator should see to although requests are served
 */
public record Health(BooleanSupplier draining, Supplier<List<String>> notReady, Supplier<List<String>> warnings) {

    /** Why the gateway is not ready; empty when it is. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>(notReady.get());
        if (draining.getAsBoolean()) {
            reasons.add("draining: the gateway is shutting down");
        }
        return reasons;
    }
}
