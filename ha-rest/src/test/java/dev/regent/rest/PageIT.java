package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page for people, in a real browser. */
class PageIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";
    private static final String ESCAPE = "\uE00C";

    private static Browser browser;

    private Chronicle chronicle;
    private Api api;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        chronicle = new Chronicle();
        decide(Reason.FOLLOWING);
        decide(Reason.NOT_STREAMING_YET);
        Map<String, String> entries = Orders.entries();
        entries.put("history", Golden.text("GET-history.json"));
        api = new Api(
                new FakeNode("pg-b").entries(entries),
                builder -> builder.basicAuth("admin", "secret").chronicle(chronicle));
        browser.resize(1280, 900);
        browser.open("http://127.0.0.1:" + api.port() + "/ui");
        browser.await("document.querySelectorAll('#members tr').length === 3");
    }

    private void decide(Reason reason) {
        chronicle.onEvent(new HaEvent.Decided(NodeName.of("pg-b"), Decision.of(Action.WAIT, reason)));
    }

    @AfterEach
    void close() {
        api.close();
        chronicle.close();
    }

    @Test
    void theClusterAndThisMemberAreShown() throws Exception {
        assertThat(browser.text("#scope")).isEqualTo("orders");
        assertThat(browser.text("#health")).isEqualTo("3 of 3 members are well");
        assertThat(browser.text("#members tr:nth-child(1)")).contains("pg-a", "Leader", "running", "10.20.0.11:5432");
        assertThat(browser.text("#members tr:nth-child(2)"))
                .contains("pg-b", "(this one)", "Replica", "streaming", "0 B");
        assertThat(browser.text("#members tr:nth-child(3)")).contains("pg-c", "2.0 MB");
        assertThat(browser.text("#explanation")).contains("I follow the leader", "if it were lost, I would stand");
        assertThat(browser.text("#decisions tr:nth-child(1)")).contains(Reason.NOT_STREAMING_YET.text());
        assertThat(browser.text("#history tr:nth-child(1)")).contains("pg-a");
        assertThat(browser.run("return document.querySelector('#members a').href")
                        .asText())
                .isEqualTo("http://10.20.0.11:8008/ui");
        browser.screenshot(SCREENSHOTS.resolve("desktop.png"));
    }

    @Test
    void whatChangesIsSeenWithoutAsking() throws Exception {
        Map<String, String> entries = Orders.entries();
        entries.put("config", "{" + Orders.TIMINGS + ",\"pause\":true}");
        entries.put(
                "failover", "{\"leader\":\"pg-a\",\"member\":\"pg-b\",\"scheduled_at\":\"2031-03-04T02:00:00+00:00\"}");
        Orders.write(api.dcs, entries);

        browser.await("document.getElementById('health').textContent === 'Paused'");
        assertThat(browser.text("#notices")).contains("The cluster is paused", "Switchover to pg-b at");
        assertThat(browser.text("#pause")).isEqualTo("Resume…");
        browser.screenshot(SCREENSHOTS.resolve("paused.png"));

        api.dcs.delete("leader", dev.regent.ha.spi.Expected.ANYTHING);
        browser.await("document.getElementById('health').textContent === 'Nobody leads'");
        assertThat(browser.text("#switchover")).isEqualTo("Failover…");

        api.dcs.cutOff();
        browser.await("document.getElementById('health').textContent.includes('does not answer')");
    }

    @Test
    void onAPhoneNothingIsCutOff() throws Exception {
        browser.resize(390, 844);

        assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);
        assertThat(browser.run(
                                "return getComputedStyle(document.querySelector('#members td.number'), '::before').content")
                        .asText())
                .contains("Lag");
        browser.screenshot(SCREENSHOTS.resolve("phone.png"));
        browser.click("#switchover");
        browser.screenshot(SCREENSHOTS.resolve("phone-dialog.png"));
        assertThat(browser.run("return document.querySelector('dialog[open]').getBoundingClientRect().right")
                        .asInt())
                .isLessThanOrEqualTo(390);
        browser.press(ESCAPE);
    }

    @Test
    void whoIsAuthorisedPausesAndResumes() throws Exception {
        browser.click("#pause");
        browser.click("#confirm-ok");
        signIn("wrong");
        browser.await("document.getElementById('outcome').textContent === 'Pause: not authenticated'");
        assertThat(api.entry("config")).doesNotContain("pause");

        browser.click("#pause");
        browser.click("#confirm-ok");
        signIn("secret");
        browser.await("document.getElementById('outcome').textContent === 'Pause: done'");
        assertThat(api.entry("config")).contains("\"pause\":true");
        assertThat(browser.text("#sign-in")).isEqualTo("Sign out");

        browser.click("#pause");
        browser.click("#confirm-ok");
        browser.await("document.getElementById('outcome').textContent === 'Resume: done'");
        assertThat(api.entry("config")).doesNotContain("pause");
    }

    @Test
    void aSwitchoverIsAskedForAndItsFailureTold() throws Exception {
        api.peers.clear();
        browser.click("#switchover");
        assertThat(browser.text("dialog[open]")).contains("pg-a stops accepting writes", "whoever is best");
        browser.screenshot(SCREENSHOTS.resolve("dialog.png"));
        browser.click("#confirm-ok");
        signIn("secret");

        browser.await("document.getElementById('outcome').textContent"
                + " === 'Switchover: switchover is not possible: no good candidates have been found'");
        assertThat(api.entry("failover")).isEmpty();
    }

    @Test
    void everythingIsReachedByTheKeyboard() throws Exception {
        browser.run("document.getElementById('sign-in').focus()");
        browser.press(TAB);
        assertThat(focus()).isEqualTo("switchover");
        browser.press(ENTER);
        assertThat(browser.run("return document.getElementById('confirm-dialog').open")
                        .asBoolean())
                .isTrue();
        assertThat(focus()).isEqualTo("candidate");
        browser.press(ESCAPE);
        assertThat(browser.run("return document.getElementById('confirm-dialog').open")
                        .asBoolean())
                .isFalse();
        assertThat(focus()).isEqualTo("switchover");
        for (String next : List.of("pause", "", "", "restart", "reinitialize")) {
            browser.press(TAB);
            if (!next.isEmpty()) {
                assertThat(focus()).isEqualTo(next);
            }
        }
    }

    private static String focus() throws Exception {
        return browser.run("return document.activeElement.id").asText();
    }

    @Test
    void everythingHasANameForWhoDoesNotSeeIt() throws Exception {
        assertNamed("main button, main a, main section, main table, header button");
        browser.click("#sign-in");
        assertNamed("dialog[open], dialog[open] button, dialog[open] input");
        browser.press(ESCAPE);
        browser.click("#switchover");
        assertNamed("dialog[open], dialog[open] button, dialog[open] input, dialog[open] select");
        browser.press(ESCAPE);
    }

    private static void assertNamed(String css) throws Exception {
        List<String> elements = browser.elements(css);
        assertThat(elements).hasSizeGreaterThan(2);
        for (String element : elements) {
            assertThat(browser.accessibleName(element)).isNotBlank();
        }
    }

    @Test
    void nothingComesFromElsewhereAndTheBrowserHasNothingToComplainOf() throws Exception {
        assertThat(browser.run("return performance.getEntriesByType('resource')"
                                + ".filter(entry => !entry.name.startsWith(location.origin)).length")
                        .asInt())
                .isZero();
        browser.run("const inline = document.createElement('script'); inline.textContent = 'window.ran = true';"
                + " document.body.append(inline)");
        assertThat(browser.run("return window.ran === true").asBoolean())
                .as("a script that got into the page")
                .isFalse();
        assertThat(browser.complaints().replaceAll("\\{[^}]*Content Security Policy[^}]*}", ""))
                .doesNotContain("SEVERE");
        assertThat(api.get("/ui").header("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'"));
    }

    private static void signIn(String password) throws Exception {
        browser.await("document.getElementById('sign-in-dialog').open");
        browser.run("document.getElementById('username').value = ''");
        browser.type("#username", "admin");
        browser.type("#password", password + ENTER);
    }
}
