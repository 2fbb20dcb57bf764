package dev.regent.examples.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a cluster whose agents have left in good order must not leave behind. */
final class Leftovers {
    /** What may lie in a member's folder, and in the work directory beside its data. */
    private static final Pattern EXPECTED =
            Pattern.compile("agent\\.(yml|log)|data|data\\.regent|pgpass|data\\.diverged-\\d+");

    private static final Pattern EXPECTED_WORK = Pattern.compile("pgpass|[\\w-]+\\.log(\\.\\w+)?");
    /** Member entries go with their sessions a while later. */
    private static final Pattern LOCK = Pattern.compile(".*/leader");

    private static final String BUG = "please report it";

    private Leftovers() {}

    static List<String> of(AgentCluster cluster, String scope, String etcd) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        cluster.processes()
                .forEach(process -> found.add("process " + process.pid() + " "
                        + process.info().commandLine().orElse("?")));
        for (Agent agent : cluster.agents()) {
            Path data = agent.dataDir();
            addUnexpected(found, Optional.ofNullable(data.getParent()).orElseThrow(), EXPECTED);
            addUnexpected(found, Path.of(data + ".regent"), EXPECTED_WORK);
            if (Files.exists(data.resolve("postmaster.pid"))) {
                found.add("lock file " + data.resolve("postmaster.pid"));
            }
            if (Files.readString(agent.logFile()).contains(BUG)) {
                found.add("an unexpected failure in " + agent.logFile());
            }
        }
        keys(scope, etcd).stream().filter(key -> LOCK.matcher(key).matches()).forEach(key -> found.add("key " + key));
        return found;
    }

    private static void addUnexpected(List<String> found, Path folder, Pattern expected) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!expected.matcher(String.valueOf(entry.getFileName())).matches()) {
                    found.add("file " + entry);
                }
            }
        }
    }

    private static List<String> keys(String scope, String etcd) throws IOException, InterruptedException {
        String from = "/service/" + scope + "/";
        String body = "{\"key\":\"" + base64(from) + "\",\"range_end\":\"" + base64("/service/" + scope + "0")
                + "\",\"keys_only\":true}";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(etcd + "/v3/kv/range"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        List<String> keys = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(answer.body()).path("kvs")) {
            keys.add(new String(Base64.getDecoder().decode(entry.path("key").asText()), StandardCharsets.UTF_8));
        }
        return keys;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
