package dev.regent.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Runs things at the same time. */
final class Race {
    private Race() {}

    /** Lets both start together; returns the names that the two answer, without the empty ones. */
    static List<String> between(Callable<String> one, Callable<String> two) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Future<String> other = inBackground(() -> {
            start.await();
            return two.call();
        });
        start.await();
        List<String> winners = new ArrayList<>(List.of(one.call(), other.get()));
        winners.removeIf(String::isEmpty);
        return winners;
    }

    static <T> Future<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "race");
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
