package dev.regent.rest;

/** The page for a request that is wrong as HTTP, or that cannot be served; tools look for its sentences. */
final class ErrorPage {
    private ErrorPage() {}

    static Response of(int status) {
        return switch (status) {
            case Response.BAD_REQUEST -> page(status, "Bad Request", "Bad request syntax or unsupported method");
            case Response.CONFLICT -> page(status, "Conflict", "Request conflict");
            case Response.LENGTH_REQUIRED -> page(status, "Length Required", "Client must specify Content-Length");
            case Response.CONTENT_TOO_LARGE -> page(status, "Request Entity Too Large", "Entity is too large");
            case Response.BAD_GATEWAY -> page(status, "Bad Gateway", "Invalid responses from another server/proxy");
            case Response.UNAVAILABLE ->
                page(status, "Service Unavailable", "The server cannot process the request due to a high load");
            default -> page(Response.INTERNAL_ERROR, "Internal Server Error", "Server got itself in trouble");
        };
    }

    /** For a method and path that nothing answers. */
    static Response unsupported(String method) {
        return page(
                Response.NOT_SUPPORTED,
                "Unsupported method ('" + escaped(method) + "')",
                "Server does not support this operation");
    }

    private static Response page(int status, String phrase, String explanation) {
        String body = """
            <!DOCTYPE HTML>
            <html lang="en">
                <head>
                    <meta charset="utf-8">
                    <title>Error response</title>
                </head>
                <body>
                    <h1>Error response</h1>
                    <p>Error code: %d</p>
                    <p>Message: %s.</p>
                    <p>Error code explanation: %1$d - %3$s.</p>
                </body>
            </html>
            """.formatted(status, phrase, explanation);
        return Response.page(status, body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
