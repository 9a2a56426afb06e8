package io.obogateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.obogateway.server.GatewayServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the server's packages: whoever serves a request knows nothing of who started it. */
class ArchitectureTest {
    /** Lowest first: a package sees those before it. */
    private static final List<String> ORDER =
            List.of("observe", "tls", "upstream", "proxy", "client", "admin", "server");

    private static final JavaClasses SERVER = new ClassFileImporter()
            .importUrl(GatewayServer.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packagesSeeOnlyWhatIsBelowThem() {
        for (int i = 0; i < ORDER.size() - 1; i++) {
            String[] above = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(ArchitectureTest::in)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(in(ORDER.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above)
                    .check(SERVER);
        }
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.obogateway.(*)..").should().beFreeOfCycles().check(SERVER);
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        assertThat(SERVER)
                .isNotEmpty()
                .allSatisfy(type -> assertThat(ORDER.stream().map(name -> "io.obogateway." + name))
                        .contains(type.getPackageName()));
    }

    @Test
    void tokensAreReadInTheCoreOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.nimbusds..", "com.github.benmanes.caffeine..", "com.typesafe..")
                .check(SERVER);
    }

    private static String in(String name) {
        return "io.obogateway." + name + "..";
    }
}
