package dev.regent.ha.watchdog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file that is written to, and neither created nor cut off. Used by one thread. */
final class DeviceFile implements AutoCloseable {
    private final FileChannel channel;

    private DeviceFile(FileChannel channel) {
        this.channel = channel;
    }

    static Optional<String> problem(Path path) {
        if (!Files.exists(path)) {
            return Optional.of("there is no " + path + ": load the driver of the device, or set watchdog.device");
        }
        return Files.isWritable(path)
                ? Optional.empty()
                : Optional.of(path + " cannot be written to: let the user that runs this node write to it");
    }

    static DeviceFile open(Path path) throws IOException {
        try {
            return new DeviceFile(FileChannel.open(path, StandardOpenOption.WRITE));
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no " + path, missing);
        }
    }

    void write(String bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.US_ASCII));
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
