package dev.regent.rest;

/** A request that cannot be fulfilled, with the answer to it. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Response response;

    Refusal(Response response) {
        super("refused with status " + response.status(), null, false, false);
        this.response = response;
    }

    /** Refuses with a generated page, as for requests that are wrong as HTTP. */
    static Refusal page(int status) {
        return new Refusal(ErrorPage.of(status));
    }

    static Refusal text(int status, String text) {
        return new Refusal(Response.text(status, text));
    }

    Response response() {
        return response;
    }
}
