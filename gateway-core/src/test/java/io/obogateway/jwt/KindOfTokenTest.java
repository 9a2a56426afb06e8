package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.jwt.VerifiedToken.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom a token speaks for, and the other claims that later steps decide by. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KindOfTokenTest {
    private final Fixture fixture = new Fixture();

    @BeforeAll
    void fetchKeys() {
        fixture.started();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private static Arguments token(String what, Kind kind, @Nullable Object... changes) {
        return Arguments.argumentSet(what, kind, changes);
    }

    static Stream<Arguments> kinds() {
        List<String> roles = List.of("access_as_application");
        return Stream.of(
                token("idtyp says app", Kind.APPLICATION, "idtyp", "app"),
                token("idtyp says app, no scp", Kind.APPLICATION, "idtyp", "app", "scp", null),
                token("idtyp says user", Kind.EMPLOYEE, "idtyp", "user", "scp", null, "roles", roles, "sub", "object"),
                token("scp", Kind.EMPLOYEE),
                token("scp and roles", Kind.EMPLOYEE, "roles", roles),
                token("scp, oid is sub", Kind.EMPLOYEE, "sub", "object"),
                token("no scp, roles", Kind.APPLICATION, "scp", null, "roles", roles),
                token("no scp, oid is sub", Kind.APPLICATION, "scp", null, "sub", "object"),
                token("no scp, nothing else", Kind.EMPLOYEE, "scp", null),
                token("no scp, no roles in the list", Kind.EMPLOYEE, "scp", null, "roles", List.of()),
                token("neither scp nor oid nor sub", Kind.EMPLOYEE, "scp", null, "oid", null, "sub", null));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isTold(Kind kind, @Nullable Object[] changes) {
        assertThat(fixture.verified(fixture.tokens.token(changes)).kind()).isEqualTo(kind);
    }

    @Test
    void scopesComeFromScopeWhereThereIsNoScp() {
        assertThat(fixture.verified(fixture.tokens.token("scp", null, "scope", " a  b "))
                        .scopes())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(fixture.verified(fixture.tokens.token("scp", "a", "scope", "b"))
                        .scopes())
                .containsExactly("a");
        assertThat(fixture.verified(fixture.tokens.token("scp", List.of("a", "b")))
                        .scopes())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void clientIsAzpElseAppidAndInVersionOneTheOtherWayRound() {
        assertThat(fixture.verified(fixture.tokens.token("appid", "v1")).client())
                .isEqualTo("client-app");
        assertThat(fixture.verified(fixture.tokens.token("azp", null, "appid", "v1"))
                        .client())
                .isEqualTo("v1");
        assertThat(fixture.verified(fixture.tokens.token("appid", "v1", "ver", "1.0"))
                        .client())
                .isEqualTo("v1");
        assertThat(fixture.verified(fixture.tokens.token("azp", null)).client()).isNull();
    }

    @Test
    void groupsThatDidNotFitAreNoticed() {
        VerifiedToken overage = fixture.verified(fixture.tokens.token(
                "_claim_names", Map.of("groups", "src1"), "_claim_sources", Map.of("src1", Map.of("endpoint", "x"))));

        assertThat(overage.groupsOverage()).isTrue();
        assertThat(overage.groups()).isEmpty();
        assertThat(fixture.verified(fixture.tokens.token("hasgroups", true)).groupsOverage())
                .isTrue();
        assertThat(fixture.verified(fixture.tokens.token("_claim_names", Map.of("roles", "src1")))
                        .groupsOverage())
                .isFalse();
    }

    @Test
    void clientCapabilitiesAreInLowerCase() {
        assertThat(fixture.verified(fixture.tokens.token("xms_cc", List.of("CP1")))
                        .clientCapabilities())
                .containsExactly("cp1");
    }
}
