package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.oauth.TestPem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration may say, and hardly ever means. */
class WarningsTest {
    private static final String MERGED = "blocks of one name are one route, so only this path counts; "
            + "give one of the two another name, unless that is meant";

    @TempDir
    Path folder;

    private Written written;

    @BeforeEach
    void onNais() {
        written = Written.onNais(folder);
    }

    @Test
    void anOrdinaryConfigurationHasNone() {
        assertThat(written.file("a.conf", Written.ROUTE)
                        .file("b.conf", "gateway.routes.r.scope = t\ngateway.routes.r.methods = [GET]\n")
                        .file("c.conf", "gateway.routes.r.path = \"/r/**\"")
                        .warningsOf("a.conf", "b.conf", "c.conf"))
                .isEmpty();
    }

    @Test
    void routesOfTwoFilesThatHaveOneNameAreNoticed() {
        assertThat(written.file("a.conf", Written.ROUTE)
                        .file("b.conf", "\ngateway.routes.r { path = \"/s\", upstream = \"http://s\", scope = s }")
                        .warningsOf("a.conf", "b.conf"))
                .containsExactly("b.conf:2: gateway.routes.r.path: takes the place of the one in a.conf:1: " + MERGED);
    }

    @Test
    void aRouteThatWasTakenAwayMayBeDeclaredAnew() {
        assertThat(written.file("a.conf", Written.ROUTE)
                        .file("b.conf", "gateway.routes.r = null")
                        .file("c.conf", "gateway.routes.r { path = \"/s\", upstream = \"http://s\", scope = s }")
                        .warningsOf("a.conf", "b.conf", "c.conf"))
                .isEmpty();
    }

    @Test
    void routesOfOneFileThatHaveOneNameAreNoticed() {
        assertThat(written.file("a.conf", """
                        gateway.routes {
                          r { path = "/r", upstream = "http://r", scope = s }
                          q { path = "/q", upstream = "http://q", scope = s }
                          r {
                            path = "/s"
                          }
                          q { methods = [GET] }
                        }
                        """).warningsOf("a.conf"))
                .containsExactly("a.conf:5: gateway.routes.r.path: takes the place of the one in line 2: " + MERGED);
    }

    @Test
    void alsoWhereTheSecondBlockSaysAllThatTheFirstDoes() {
        assertThat(written.file("a.conf", """
                        gateway.routes {
                          r { path = "/r", upstream = "http://r", scope = s }
                          r { path = "/s", upstream = "http://s", scope = s }
                        }
                        """).warningsOf("a.conf"))
                .containsExactly("a.conf:3: gateway.routes.r.path: takes the place of the one in line 2: " + MERGED);
    }

    @Test
    void parametersInPathsAreNoticed() {
        assertThat(written.file("a.conf", """
                        gateway.routes {
                          a { path = "/a/{id}/b", upstream = "http://a", scope = s }
                          b { path = "/b/:id", upstream = "http://b", scope = s }
                          c { path = "/c/items:all", upstream = "http://c", scope = s }
                        }
                        """).warningsOf("a.conf"))
                .containsExactly(
                        "a.conf:2: gateway.routes.a.path: takes the segment \"{id}\" to the letter; write * where any one segment may stand",
                        "a.conf:3: gateway.routes.b.path: takes the segment \":id\" to the letter; write * where any one segment may stand");
    }

    @Test
    void substitutionsInQuotesAreNoticedButNotThoseThatAVariableHolds() {
        assertThat(written.with("AZURE_APP_CLIENT_SECRET", "a${b}")
                        .file("a.conf", Written.ROUTE + "gateway.routes.r.scope = \"api://${APP}/.default\"")
                        .warningsOf("a.conf"))
                .containsExactly(
                        "a.conf:2: gateway.routes.r.scope: holds ${…} in quotes, which is no more than text there; "
                                + "write it outside: \"https://\"${HOST}\"/path\"");
    }

    @Test
    void aCertificateIsNoticedThatClientsWillRefuse() throws Exception {
        TestPem pem = TestPem.create(folder, "tls"); // good for 90 days
        written.file("tls.crt", pem.certificate())
                .file("tls.key", pem.privateKey())
                .file("a.conf", "gateway.listen.tls { certificate-file = tls.crt, private-key-file = tls.key }");

        assertThat(written.warningsOf("a.conf")).isEmpty();
        assertThat(warningAfter(Duration.ofDays(89)))
                .startsWith(
                        "a.conf:1: gateway.listen.tls.certificate-file: the certificate in tls.crt expires soon, at ");
        assertThat(warningAfter(Duration.ofDays(91))).contains("the certificate in tls.crt has expired at ");
        assertThat(warningAfter(Duration.ofDays(-1))).contains("the certificate in tls.crt is not valid before ");
    }

    private String warningAfter(Duration time) {
        List<String> warnings = written.warningsAsOf(Instant.now().plus(time), "a.conf");
        assertThat(warnings).hasSize(1);
        return warnings.get(0);
    }
}
