package dev.regent.postgres;

import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.TemporaryFolder;
import java.nio.file.Path;

/** The data of a new cluster, created once for all tests that are not about creating it. */
final class CreatedData {
    private static final Path TEMPLATE = create();

    private CreatedData() {}

    static void copyTo(RealServer server) throws Exception {
        int exitCode = new ProcessBuilder(
                        "cp", "-a", TEMPLATE.toString(), server.dataDir().toString())
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("cannot copy " + TEMPLATE);
        }
    }

    private static Path create() {
        try {
            TemporaryFolder folder = TemporaryFolder.create("regent-postgres", OrdinaryUser.choose());
            Runtime.getRuntime().addShutdownHook(new Thread(folder::close));
            Path data = folder.path().resolve("data");
            try (PostgresDatabase database = new PostgresDatabase(
                    RealServer.settings("template", data, FreePorts.next()).build())) {
                database.create();
            }
            return data;
        } catch (Exception failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }
}
