package io.obogateway.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jmesPath;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Many employees at once. Each comes once, with a token that the gateway has not seen; then they come at random, with
 * tokens that are warm, while newcomers go on bringing cold ones. No request may fail, and the API must see whoever
 * asked: an employee who gets another's token fails the run.
 *
 * <p>{@link LoadSettings} says what can be set. Against a gateway that runs elsewhere only the status is checked, for
 * only its owner knows what its API answers.
 */
public final class EmployeesSimulation extends Simulation {
    private static final String COLD = "cold token";
    private static final String WARM = "warm token";
    private static final int REQUESTS_EACH = 10;
    private static final Duration THINKING = Duration.ofMillis(20);
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final LoadSettings settings = LoadSettings.from(System.getProperties());
    private final @Nullable EmbeddedGateway embedded;

    public EmployeesSimulation() {
        String url = settings.url();
        if (url == null) {
            EmbeddedGateway gateway = EmbeddedGateway.start();
            embedded = gateway;
            load(gateway.url(), employeesOf(gateway), newcomersTo(gateway), theRightEmployee());
        } else {
            embedded = null;
            load(url, TokenFile.employees(settings.tokens()), List.of(), List.of(status().is(200)));
        }
    }

    private List<Map<String, Object>> employeesOf(EmbeddedGateway gateway) {
        return Stream.generate(gateway::employee).limit(settings.employees()).toList();
    }

    private List<PopulationBuilder> newcomersTo(EmbeddedGateway gateway) {
        return List.of(scenario("newcomers")
                .feed(Stream.generate(gateway::employee).iterator())
                .exec(call(COLD, theRightEmployee()), call(WARM, theRightEmployee()))
                .injectOpen(constantUsersPerSec(settings.newcomers()).during(settings.duration())));
    }

    private static List<CheckBuilder> theRightEmployee() {
        return List.of(
                status().is(200),
                jmesPath("oid").isEL("#{oid}"),
                jmesPath("aud").is(EmbeddedGateway.AUDIENCE));
    }

    private void load(
            String url,
            List<Map<String, Object>> employees,
            List<PopulationBuilder> newcomers,
            List<CheckBuilder> checks) {
        PopulationBuilder regulars = scenario("regulars")
                .repeat(REQUESTS_EACH)
                .on(feed(listFeeder(employees).random()), call(WARM, checks), pause(THINKING))
                .injectClosed(constantConcurrentUsers(settings.users()).during(settings.duration()));
        PopulationBuilder everybodyOnce = scenario("everybody once")
                .feed(listFeeder(employees).queue())
                .exec(call(COLD, checks))
                .injectOpen(rampUsers(employees.size()).during(arrival()));
        List<PopulationBuilder> together =
                Stream.concat(Stream.of(regulars), newcomers.stream()).toList();
        setUp(everybodyOnce.andThen(together))
                // its own default warms up on a public web site
                .protocols(http.baseUrl(url).warmUp(url))
                .maxDuration(arrival().plus(settings.duration()).plus(GRACE))
                .assertions(
                        global().failedRequests().count().is(0L),
                        details(COLD).successfulRequests().count().gte((long) employees.size()),
                        details(WARM).successfulRequests().count().gt(0L));
    }

    /** In whole seconds: Gatling never begins a shorter ramp. */
    private Duration arrival() {
        return Duration.ofSeconds(Math.max(1, settings.duration().toSeconds() / 4));
    }

    private ChainBuilder call(String name, List<CheckBuilder> checks) {
        return exec(http(name)
                .get(settings.path())
                .header("Authorization", "Bearer #{token}")
                .check(checks));
    }

    /** Stops what this started; a token that was exchanged twice fails the run. */
    @Override
    public void after() {
        if (embedded != null) {
            embedded.close();
            System.out.println(embedded.employees() + " employees came, and the identity provider was sent "
                    + embedded.exchanges() + " token requests");
            if (embedded.exchanges() != embedded.employees()) {
                throw new AssertionError("one token request for each employee was expected");
            }
        }
    }
}
