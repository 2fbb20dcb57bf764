package dev.regent.rest;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A peer that gives the same bytes to every request, or none. */
final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket listening;
    private final Optional<String> answer;
    private final boolean keepsConnections;
    private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();

    private ScriptedPeer(Optional<String> answer, boolean keepsConnections) throws IOException {
        this.listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.answer = answer;
        this.keepsConnections = keepsConnections;
        DaemonThreads.named("scripted-peer", this::accept).start();
    }

    static ScriptedPeer thatAnswers(String answer, boolean keepsConnections) throws IOException {
        return new ScriptedPeer(Optional.of(answer), keepsConnections);
    }

    static ScriptedPeer thatNeverAnswers() throws IOException {
        return new ScriptedPeer(Optional.empty(), true);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/patroni";
    }

    int connections() {
        return accepted.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                accepted.add(socket);
                DaemonThreads.named("scripted-peer", () -> serve(socket)).start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try {
            while (hasRead(socket.getInputStream()) && answer.isPresent()) {
                socket.getOutputStream().write(answer.get().getBytes(StandardCharsets.UTF_8));
                if (!keepsConnections) {
                    socket.close();
                    return;
                }
            }
        } catch (IOException closed) {
            // The client has had enough.
        }
    }

    private static boolean hasRead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}
