package io.obogateway.jwt;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A scheduler that a test drives: what is to run now runs at once in the calling thread, the rest when it is due. */
final class HandScheduler extends ScheduledThreadPoolExecutor {
    private final Clock clock;
    private final List<Task<?>> tasks = new ArrayList<>();

    HandScheduler(Clock clock) {
        super(0);
        this.clock = clock;
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Task<Object> task = new Task<>(
                () -> {
                    command.run();
                    return command;
                },
                clock.millis() + unit.toMillis(delay));
        tasks.add(task);
        return task;
    }

    /** Runs what the clock says is due. */
    void runDue() {
        for (Task<?> task : takeDue()) {
            task.run();
        }
    }

    /** How many tasks wait for their time. */
    synchronized long pending() {
        return tasks.stream().filter(task -> !task.isDone()).count();
    }

    private synchronized List<Task<?>> takeDue() {
        List<Task<?>> due = tasks.stream()
                .filter(task -> task.atMillis <= clock.millis())
                .sorted(Comparator.comparingLong(task -> task.atMillis))
                .toList();
        tasks.removeAll(due);
        return due;
    }

    private final class Task<T> extends FutureTask<T> implements RunnableScheduledFuture<T> {
        private final long atMillis;

        Task(Callable<T> callable, long atMillis) {
            super(callable);
            this.atMillis = atMillis;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atMillis - clock.millis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
        }

        @Override
        public boolean isPeriodic() {
            return false;
        }
    }
}
