package dev.regent.testkit.process;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A container on the host's own network, so that a server has the same address inside and outside; its data lasts as long
 * as the container. Testcontainers removes it also when this process is killed.
 */
final class ContainerProcess implements ServerProcess {
    private static final int STOPS_WITHIN_SECONDS = 15;
    private static final int LAST_CHARACTERS = 2000;

    private final GenericContainer<?> container;

    ContainerProcess(String image, List<String> command) {
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withNetworkMode("host")
                .withCreateContainerCmdModifier(
                        create -> create.withEntrypoint(List.of()).withCmd(command))
                .waitingFor(new NoWait());
    }

    /** Whether Testcontainers is on the class path and finds a container engine. */
    static boolean isPossible() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (NoClassDefFoundError testcontainersIsOptional) {
            return false;
        }
    }

    @Override
    public void start() {
        if (id().isEmpty()) {
            container.start();
        } else if (!isAlive()) {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void stop() {
        if (isAlive()) {
            docker().stopContainerCmd(container.getContainerId())
                    .withTimeout(STOPS_WITHIN_SECONDS)
                    .exec();
        }
    }

    @Override
    public void kill() throws InterruptedException {
        if (isAlive()) {
            signal("KILL");
            docker().waitContainerCmd(container.getContainerId()).start().awaitCompletion();
        }
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        docker().killContainerCmd(container.getContainerId()).withSignal(name).exec();
    }

    @Override
    public boolean isAlive() {
        return id().map(id -> docker().inspectContainerCmd(id).exec().getState())
                .map(ContainerState::getRunning)
                .orElse(false);
    }

    @Override
    public String lastOutput() {
        String output = container.getLogs();
        return output.substring(Math.max(0, output.length() - LAST_CHARACTERS));
    }

    @Override
    public void close() {
        container.stop();
    }

    private Optional<String> id() {
        return Optional.ofNullable(container.getContainerId());
    }

    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    /** Whoever starts the server asks it itself whether it is ready. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}
