package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.OrderOutcome.Kind;
import dev.regent.ha.decision.OrderStep;
import dev.regent.ha.model.RestartConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OrderBookTest {
    private static final NodeOrder RESTART = new NodeOrder.Restart(RestartConditions.NONE);
    private static final NodeOrder COPY = new NodeOrder.Reinitialize(false, false);
    private static final OrderStep DONE = new OrderStep.Close(OrderOutcome.of(Kind.DONE));

    private final List<Boolean> restarting = new ArrayList<>();
    private final OrderBook orders = new OrderBook(() -> Duration.ZERO, restarting::add);

    @Test
    void aServerIsToldWhenItsRestartBeginsAndWhenItIsOver() {
        CompletableFuture<OrderOutcome> answer = orders.give(RESTART);
        assertThat(restarting).isEmpty();

        orders.take(new OrderStep.Begin(), Optional.empty());
        assertThat(restarting).containsExactly(true);
        assertThat(answer).isNotDone();

        orders.take(DONE, Optional.empty());
        assertThat(restarting).containsExactly(true, false);
        assertThat(answer).isCompletedWithValue(OrderOutcome.of(Kind.DONE));
    }

    @Test
    void aCopyIsNoRestartAndIsAnsweredWhenItBegins() {
        CompletableFuture<OrderOutcome> answer = orders.give(COPY);

        orders.take(new OrderStep.Begin(), Optional.empty());

        assertThat(restarting).containsExactly(false);
        assertThat(answer).isCompletedWithValue(OrderOutcome.of(Kind.STARTED));
    }

    @Test
    void anotherOrderIsRefusedWhileOneIsInHand() {
        assertThat(orders.give(RESTART)).isNotDone();

        assertThat(orders.give(COPY)).isCompletedWithValue(new OrderOutcome(Kind.BUSY, "restart"));
    }
}
