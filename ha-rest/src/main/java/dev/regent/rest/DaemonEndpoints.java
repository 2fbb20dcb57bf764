package dev.regent.rest;

/** Requests to the program that the API is part of. */
final class DaemonEndpoints {
    private final Runnable reload;

    DaemonEndpoints(Runnable reload) {
        this.reload = reload;
    }

    /** Like a hang-up signal: the configuration is read again. */
    Response reload(Request request) {
        reload.run();
        return Response.text(Response.ACCEPTED, "reload scheduled");
    }

    /** A signal ends the program where there are signals; this answers as it always did there, and does nothing. */
    Response sigterm(Request request) {
        return Response.text(Response.ACCEPTED, "shutdown scheduled");
    }

    /** Told of events by workers of a distributed database; without one there is nothing to do. */
    Response mpp(Request request) throws Refusal {
        JsonBody.required(request);
        return Response.text(Response.OK, "OK");
    }
}
