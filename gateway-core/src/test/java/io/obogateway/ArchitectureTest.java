package io.obogateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.obogateway.access.RateLimits;
import io.obogateway.error.ErrorCode;
import io.obogateway.oauth.ClientAuthentication;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The packages' order, and which library is seen where. A package that is still empty breaks no rule. */
class ArchitectureTest {
    /** Lowest first: a package sees those before it. */
    private static final List<String> ORDER =
            List.of("error", "pem", "http", "jwt", "oauth", "route", "access", "config");

    private static final JavaClasses CORE = new ClassFileImporter()
            .importUrl(ErrorCode.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packagesSeeOnlyWhatIsBelowThem() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] above = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(ArchitectureTest::in)
                    .toArray(String[]::new);
            if (above.length > 0) {
                check(noClasses()
                        .that()
                        .resideInAPackage(in(ORDER.get(i)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(above));
            }
        }
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching("io.obogateway.(*)..").should().beFreeOfCycles());
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        assertThat(CORE)
                .isNotEmpty()
                .allSatisfy(type -> assertThat(ORDER.stream().map(name -> "io.obogateway." + name))
                        .contains(type.getPackageName()));
    }

    @Test
    void nimbusIsSeenWhereTokensAreReadOrClientsProven() {
        onlyIn(resideInAPackage(in("jwt")).or(assignableTo(ClientAuthentication.class)), "com.nimbusds..");
    }

    @Test
    void caffeineIsSeenInTheCachesOnly() {
        onlyIn(
                resideInAnyPackage(in("jwt"), in("oauth")).or(belongToAnyOf(RateLimits.class)),
                "com.github.benmanes.caffeine..");
    }

    @Test
    void bucketsAreSeenByTheRateLimitsOnly() {
        onlyIn(belongToAnyOf(RateLimits.class), "io.github.bucket4j..");
    }

    @Test
    void configurationLibraryIsSeenByItsReaderOnly() {
        onlyIn(resideInAPackage(in("config")), "com.typesafe..");
    }

    @Test
    void theCoreSeesNoTransport() {
        onlyIn(DescribedPredicate.alwaysFalse(), "io.netty..");
    }

    private static void onlyIn(DescribedPredicate<? super JavaClass> place, String library) {
        check(classes()
                .that(DescribedPredicate.not(place))
                .should(never(dependOnClassesThat(resideInAPackage(library)))));
    }

    private static String in(String name) {
        return "io.obogateway." + name + "..";
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CORE);
    }
}
