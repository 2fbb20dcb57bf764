package dev.regent.agent.config;

import dev.regent.agent.config.RestApiSection.Login;
import dev.regent.rest.TlsFiles;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line takes from the configuration of an agent, or from one of its own. Immutable.
 *
 * @param scope the cluster to speak of when none is named
 * @param tls whom to trust and what to show where the REST API speaks TLS
 * @param isCitus whether the cluster is one of many groups
 * @param citusGroup the group that the configuration is of
 * @param root all that the configuration says
 */
public record CtlSettings(
        Optional<String> scope,
        StoreSection store,
        Optional<Login> login,
        TlsFiles tls,
        boolean insecure,
        boolean isCitus,
        Optional<Integer> citusGroup,
        Section root) {
    private static final List<String> STORES = List.of("etcd", "etcd3", "consul", "zookeeper", "exhibitor");
    private static final Map<Integer, String> STORE_BY_PORT =
            Map.of(2181, "zookeeper", 8181, "exhibitor", 8500, "consul");

    /** Reads the file, or the one in the home directory if there is one; the URL of a store wins over what they say. */
    public static CtlSettings read(Optional<Path> file, Optional<String> storeUrl, Map<String, String> environment) {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IllegalArgumentException("Provided config file " + file.get()
                    + " not existing or no read rights. Check the -c/--config-file parameter");
        }
        Optional<Path> usual = Optional.of(usualFile(environment)).filter(Files::isReadable);
        Section root = ConfigFile.read(file.or(() -> usual), environment);
        return of(storeUrl.map(url -> withStore(root, url)).orElse(root));
    }

    private static Path usualFile(Map<String, String> environment) {
        String home = System.getProperty("user.home", "");
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return (config.isEmpty() ? Path.of(home, ".config") : Path.of(config)).resolve("patroni/patronictl.yaml");
    }

    private static CtlSettings of(Section root) {
        Section ctl = root.section("ctl");
        Optional<Login> login = RestApiSection.login(ctl.section("authentication"))
                .or(() -> RestApiSection.login(root.section("restapi").section("authentication")));
        Section citus = root.section("citus");
        Optional<Integer> group =
                citus.text("group").filter(text -> text.matches("\\d{1,9}")).map(Integer::valueOf);
        return new CtlSettings(
                root.text("scope"),
                StoreSection.of(root),
                login,
                tls(ctl, root.section("restapi")),
                ctl.flag("insecure", false),
                group.isPresent() && citus.text("database").isPresent(),
                group,
                root);
    }

    private static TlsFiles tls(Section ctl, Section restApi) {
        return new TlsFiles(
                ctl.text("certfile").map(Path::of),
                ctl.text("keyfile").map(Path::of),
                ctl.text("keyfile_password"),
                ctl.text("cacert").or(() -> restApi.text("cafile")).map(Path::of));
    }

    private static Section withStore(Section root, String url) {
        URI address = URI.create(url.contains("//") ? url : "//" + url);
        String store = address.getScheme() != null
                ? address.getScheme()
                : STORE_BY_PORT.getOrDefault(address.getPort(), "etcd");
        if (!STORES.contains(store)) {
            throw new IllegalArgumentException("Unknown dcs scheme: " + store);
        }
        String host = address.getHost() == null ? "localhost" : address.getHost();
        Map<String, Object> values = new LinkedHashMap<>(root.values());
        STORES.forEach(values::remove);
        values.put(store, Map.of("host", address.getPort() < 0 ? host : host + ":" + address.getPort()));
        if (address.getPath() != null && address.getPath().length() > 1) {
            values.put("namespace", address.getPath());
        }
        return Section.root(root.source(), values);
    }
}
