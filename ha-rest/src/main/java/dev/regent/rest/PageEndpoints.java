package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The page for people, and what it shows besides what the API has told already. */
final class PageEndpoints {
    /** Nothing from elsewhere, nowhere else to, in nobody's frame. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-cache");

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html;charset=utf-8",
            "style.css", "text/css;charset=utf-8",
            "app.js", "text/javascript;charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Optional<Chronicle> chronicle;
    private final Map<String, Response> files = new HashMap<>();

    PageEndpoints(Optional<Chronicle> chronicle) {
        this.chronicle = chronicle;
        TYPES.forEach((name, type) ->
                files.put(name, Response.of(Response.OK, type, read(name)).withHeaders(HEADERS)));
    }

    private static byte[] read(String name) {
        try (InputStream file = PageEndpoints.class.getResourceAsStream("ui/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the file ui/" + name + " is missing from this build");
            }
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new IllegalStateException("the file ui/" + name + " cannot be read from this build", broken);
        }
    }

    /** The page, or the file of it that the path names. */
    Response page(Request request) {
        String name = request.path().substring(request.path().lastIndexOf('/') + 1);
        Response file = files.get(name.isEmpty() || name.equals("ui") ? "index.html" : name);
        return file == null ? Response.text(Response.NOT_FOUND, "there is no such file") : file;
    }

    /** What the node has decided last and why, the youngest first. */
    Response decisions(Request request) {
        ArrayNode json = JsonText.array();
        chronicle
                .map(Chronicle::decisions)
                .ifPresent(entries -> entries.forEach(entry -> json.addObject()
                        .put("at", JsonText.time(entry.at()))
                        .put("action", entry.action())
                        .put("reason", entry.reason())
                        .put("why", entry.why())));
        return Response.json(Response.OK, json);
    }
}
