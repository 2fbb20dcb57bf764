package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without a screen, driven through the protocol that all browsers share (W3C WebDriver). */
final class Browser implements AutoCloseable {
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Pattern PORT = Pattern.compile("on port (\\d+)");
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String session;

    private Browser(Process driver, int port) throws Exception {
        this.driver = driver;
        String base = "http://127.0.0.1:" + port + "/session";
        ObjectNode options = JSON.createObjectNode();
        options.putObject("goog:loggingPrefs").put("browser", "ALL");
        options.putObject("goog:chromeOptions")
                .putArray("args")
                .add("--headless=new")
                .add("--no-sandbox")
                .add("--disable-gpu")
                .add("--disable-dev-shm-usage")
                .add("--lang=en-US");
        ObjectNode body = JSON.createObjectNode();
        body.putObject("capabilities").set("alwaysMatch", options);
        this.session = base + "/" + call("POST", base, body).get("sessionId").asText();
    }

    static Browser start() throws Exception {
        if (!Files.isExecutable(DRIVER)) {
            throw new IOException(
                    "expected " + DRIVER + ", found none: install the packages chromium and chromium-driver");
        }
        Process driver = new ProcessBuilder(DRIVER.toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher port = PORT.matcher(line);
            if (line.contains("successfully") && port.find()) {
                DaemonThreads.named("driver-output", () -> output.lines().forEach(ignored -> {}))
                        .start();
                return new Browser(driver, Integer.parseInt(port.group(1)));
            }
        }
        throw new IOException("chromedriver has ended without saying on which port it listens");
    }

    private JsonNode call(String method, String url, JsonNode body) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher content = method.equals("GET") || method.equals("DELETE")
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .method(method, content)
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode value = JSON.readTree(answer.body()).path("value");
        if (answer.statusCode() != 200) {
            throw new IOException(
                    method + " " + url + ": " + value.path("message").asText());
        }
        return value;
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return call("POST", session + path, body);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return call("GET", session + path, JSON.createObjectNode());
    }

    void open(String url) throws IOException, InterruptedException {
        post("/url", JSON.createObjectNode().put("url", url));
    }

    void resize(int width, int height) throws IOException, InterruptedException {
        post(
                "/goog/cdp/execute",
                JSON.createObjectNode()
                        .put("cmd", "Emulation.setDeviceMetricsOverride")
                        .set(
                                "params",
                                JSON.createObjectNode()
                                        .put("width", width)
                                        .put("height", height)
                                        .put("deviceScaleFactor", 1)
                                        .put("mobile", width < 600)));
    }

    /** What the JavaScript returns. */
    JsonNode run(String script) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("script", script);
        body.putArray("args");
        return post("/execute/sync", body);
    }

    /** Waits until the JavaScript expression is true. */
    void await(String condition) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode()
                .put(
                        "script",
                        "const done = arguments[0]; const look = () => (" + condition
                                + ") ? done(true) : setTimeout(look, 50); look();");
        body.putArray("args");
        post(
                "/timeouts",
                JSON.createObjectNode().put("script", PATIENCE.minusSeconds(10).toMillis()));
        try {
            post("/execute/async", body);
        } catch (IOException late) {
            throw new IOException("waited in vain for " + condition + "; the page says: " + text("body"), late);
        }
    }

    List<String> elements(String css) throws IOException, InterruptedException {
        JsonNode found = post(
                "/elements",
                JSON.createObjectNode().put("using", "css selector").put("value", css));
        return Stream.iterate(0, i -> i + 1)
                .limit(found.size())
                .map(i -> found.get(i).get(ELEMENT).asText())
                .toList();
    }

    private String element(String css) throws IOException, InterruptedException {
        List<String> found = elements(css);
        if (found.isEmpty()) {
            throw new IOException("expected an element " + css + ", found none");
        }
        return found.get(0);
    }

    String text(String css) throws IOException, InterruptedException {
        return get("/element/" + element(css) + "/text").asText();
    }

    /** What a screen reader calls the element. */
    String accessibleName(String element) throws IOException, InterruptedException {
        return get("/element/" + element + "/computedlabel").asText();
    }

    void click(String css) throws IOException, InterruptedException {
        post("/element/" + element(css) + "/click", JSON.createObjectNode());
    }

    void type(String css, String text) throws IOException, InterruptedException {
        post("/element/" + element(css) + "/value", JSON.createObjectNode().put("text", text));
    }

    /** Presses the keys wherever the focus is. */
    void press(String... keys) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode keyboard =
                body.putArray("actions").addObject().put("type", "key").put("id", "keyboard");
        var actions = keyboard.putArray("actions");
        for (String key : keys) {
            actions.addObject().put("type", "keyDown").put("value", key);
            actions.addObject().put("type", "keyUp").put("value", key);
        }
        post("/actions", body);
    }

    /** What the browser complains of. */
    String complaints() throws IOException, InterruptedException {
        return post("/se/log", JSON.createObjectNode().put("type", "browser")).toString();
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(get("/screenshot").asText()));
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, JSON.createObjectNode());
        } catch (IOException | InterruptedException ignored) {
            // The driver ends its browser anyway.
        }
        driver.destroy();
    }
}
