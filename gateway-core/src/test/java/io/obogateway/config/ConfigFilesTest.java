package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.route.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {
    private static final Path SHIPPED = Path.of("..", "config");

    @TempDir
    Path folder;

    @Test
    void aFolderIsItsFilesInNameOrderAndThenItsRoutes() {
        GatewayConfig config = Written.onNais(folder)
                .file("conf/b.conf", "gateway.listen.port = 2, gateway.threads = 2")
                .file("conf/a.conf", "gateway.listen.port = 1, gateway.admin.port = 1")
                .file("conf/routes/a.conf", "gateway.threads = 3\n" + Written.ROUTE)
                .file("conf/ignored.txt", "gateway.threads = 4")
                .loadPaths("conf");

        assertThat(config.listen().port()).isEqualTo(2);
        assertThat(config.admin().port()).isEqualTo(1);
        assertThat(config.threads()).isEqualTo(3);
        assertThat(config.routes()).extracting(Route::name).containsExactly("r");
    }

    @Test
    void ofSeveralPathsTheLaterWins() {
        GatewayConfig config = Written.in(folder)
                .file("one.conf", "gateway { threads = 1, listen.port = 1 }")
                .file("conf/two.conf", "gateway { threads = 2 }")
                .loadPaths("one.conf", "conf");

        assertThat(config.threads()).isEqualTo(2);
        assertThat(config.listen().port()).isEqualTo(1);
    }

    @Test
    void aFileIncludesItsSibling() {
        GatewayConfig config = Written.in(folder)
                .file("conf/base.conf", "gateway.listen.port = ${PORT}\ninclude \"more/deeper.conf\"")
                .file("conf/more/deeper.conf", "include file(\"deepest.conf\")")
                .file("conf/more/deepest.conf", "gateway.threads = 5")
                .file("conf/tls.conf", "include \"base.conf\"\ngateway.admin.port = 7")
                .with("PORT", "1234")
                .loadPaths("conf/tls.conf");

        assertThat(config.listen().port()).isEqualTo(1234);
        assertThat(config.admin().port()).isEqualTo(7);
        assertThat(config.threads()).isEqualTo(5);
    }

    @Test
    void anIncludedBlockStillSeesTheEnvironment() {
        GatewayConfig config = Written.in(folder)
                .file("port.conf", "port = ${PORT}")
                .with("PORT", "1234")
                .load("gateway.listen { include \"port.conf\" }");

        assertThat(config.listen().port()).isEqualTo(1234);
    }

    @Test
    void everyMissingPathIsNamed() {
        assertThat(Written.in(folder).problemsOf("nowhere", "nothing.conf"))
                .containsExactly(
                        "nothing.conf: no such file or folder; --config names one or the other",
                        "nowhere: no such file or folder; --config names one or the other");
    }

    @Test
    void aFolderWithoutFilesIsAMistake() {
        assertThat(Written.in(folder).file("conf/readme.txt", "").problemsOf("conf"))
                .containsExactly("conf: the folder has no *.conf file, nor has routes/ in it");
    }

    @Test
    void aMissingIncludeIsNamedWithTheLineThatWantsIt() {
        assertThat(Written.in(folder).problems("\ninclude \"absent.conf\"\ninclude url(\"http://127.0.0.1:1/x.conf\")"))
                .containsExactly(
                        "gateway.conf:2: includes \"absent.conf\", which is not there: no file absent.conf",
                        "gateway.conf:3: includes a URL; only files can be included");
    }

    @Test
    void aFileThatIncludesItselfIsRefused() {
        assertThat(Written.in(folder)
                        .file("other.conf", "\ninclude \"gateway.conf\"")
                        .problems("include \"gateway\"\ninclude \"other.conf\""))
                .containsExactly(
                        "gateway.conf:1: includes \"gateway\", which is this file or includes it",
                        "other.conf:2: includes \"gateway.conf\", which is this file or includes it");
    }

    @Test
    void brokenSyntaxIsNamedWithItsLineInEachFile() {
        List<String> problems = Written.in(folder)
                .file("a.conf", "gateway {\n  threads = 1\n")
                .file("b.conf", "gateway.threads = }")
                .problemsOf("a.conf", "b.conf");

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0))
                .isEqualTo("a.conf:3: not valid HOCON: expecting a closing brace '}' here, not: end of file");
        assertThat(problems.get(1)).startsWith("b.conf:1: not valid HOCON: ");
    }

    @Test
    void brokenSyntaxNextToASecretDoesNotShowIt() {
        List<String> problems =
                Written.in(folder).problems("gateway.providers.entra {\n  client-secret = hush$hush\n}");

        assertThat(problems)
                .containsExactly("gateway.conf:2: not valid HOCON: a quote, brace or comma is missing or too many "
                        + "(the text is not shown, it may be secret)");
    }

    @Test
    void urlsWithoutQuotesAndKeysWithoutCommasAreExplained() {
        String expecting = "not valid HOCON: Expecting close brace } or a comma, got ";
        assertThat(Written.in(folder)
                        .file("a.conf", "gateway.routes.r {\n  upstream = http://people\n}")
                        .file("b.conf", "gateway.routes.r { path = \"/r\" grant = anonymous }")
                        .problemsOf("a.conf", "b.conf"))
                .containsExactly(
                        "a.conf:2: " + expecting + "':'; text with a colon in it, such as a URL, stands in quotes",
                        "b.conf:1: " + expecting + "'='; two keys on one line have a comma between them");
    }

    @Test
    void aFileThatIsOnlyASecretIsNotShown() {
        assertThat(Written.in(folder).problems("\nabc8Q~0123456789.abcdefghijklmnopqrstuvwxyz1234 \n"))
                .containsExactly("gateway.conf:3: not valid HOCON: a quote, brace or comma is missing or too many "
                        + "(the text is not shown, it may be secret)");
    }

    @Test
    void blocksNestedWithoutEndAreAProblemWithAPlace() {
        String message = ": blocks are nested more than 50 deep here; is a closing brace missing?";

        assertThat(Written.in(folder).problems("a { ".repeat(100_000))).containsExactly("gateway.conf" + message);
        assertThat(Written.in(folder).problems("\n" + "a { ".repeat(500) + "\n" + "}".repeat(500)))
                .containsExactly("gateway.conf:2" + message);
    }

    @Test
    void theShippedConfigurationLoadsWithoutThePlatformsVariables() {
        GatewayConfig config = ConfigLoader.load(List.of(SHIPPED), Map.of());

        assertThat(config.issuers()).isEmpty();
        assertThat(config.providers()).isEmpty();
        assertThat(config.routes()).isEmpty();
        assertThat(config.admin().host()).isEqualTo("0.0.0.0");
    }

    @Test
    void theShippedConfigurationLoadsWithThePlatformsVariables() {
        GatewayConfig config = ConfigLoader.load(List.of(SHIPPED), Written.NAIS);

        assertThat(config.issuers()).containsOnlyKeys("entra");
        assertThat(config.providers()).containsOnlyKeys("entra");
    }
}
