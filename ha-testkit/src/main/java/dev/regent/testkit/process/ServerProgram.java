package dev.regent.testkit.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A program that tests run as a server: locally where it is installed, else in a container. Immutable.
 *
 * @param install how to install it, for error messages
 * @param image the container image; the system property {@code regent.image.NAME} names another
 */
record ServerProgram(String name, String install, String image) {
    static final ServerProgram ETCD =
            new ServerProgram("etcd", "apt-get install etcd-server", "quay.io/coreos/etcd:v3.5.21");
    static final ServerProgram CONSUL =
            new ServerProgram("consul", "see developer.hashicorp.com/consul/install", "hashicorp/consul:1.20");

    private static final Path DATA_IN_CONTAINER = Path.of("/tmp/data");

    /**
     * The server, not started yet.
     *
     * @param folder where a local server runs and keeps its data
     * @param arguments the program's arguments, given its data folder
     */
    ServerProcess in(Path folder, Function<Path, List<String>> arguments) {
        Optional<Path> local = ExecutableFile.find(name);
        if (local.isPresent()) {
            return new LocalProcess(
                    commandLine(local.get().toString(), arguments.apply(folder.resolve("data"))), folder);
        }
        if (ContainerProcess.isPossible()) {
            return new ContainerProcess(chosenImage(), commandInContainer(arguments));
        }
        throw new IllegalStateException("expected the program " + name
                + " on the search path or a container engine to run " + image + ", found neither: install " + name
                + " ("
                + install + "), or start the engine and put Testcontainers on the class path");
    }

    String chosenImage() {
        return System.getProperty("regent.image." + name, image);
    }

    List<String> commandInContainer(Function<Path, List<String>> arguments) {
        return commandLine(name, arguments.apply(DATA_IN_CONTAINER));
    }

    private static List<String> commandLine(String program, List<String> arguments) {
        return Stream.concat(Stream.of(program), arguments.stream()).toList();
    }
}
