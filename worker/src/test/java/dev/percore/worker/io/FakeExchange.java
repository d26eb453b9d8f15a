package dev.percore.worker.io;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An exchange that keeps its answer, with a client that hangs up on demand. Like the real one it
/// takes nothing that cannot be sent.
public final class FakeExchange implements Exchange {
  private final Request request;
  private final CompletableFuture<Response> answer = new CompletableFuture<>();
  private final List<Response> laterAnswers = new ArrayList<>();
  private @Nullable Runnable whenGone;
  private boolean gone;

  public FakeExchange(Request request) {
    this.request = request;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public synchronized void respond(Response response) {
    if (!answer.complete(response)) {
      laterAnswers.add(response);
    }
  }

  @Override
  public void respond(Problem problem) {
    respond(Response.problem(problem));
  }

  @Override
  public ResponseStream stream(Response head) {
    throw new UnsupportedOperationException("no blocking handler answers by a stream");
  }

  @Override
  public synchronized void onClientGone(Runnable action) {
    whenGone = action;
    if (gone) {
      action.run();
    }
  }

  public synchronized void hangUp() {
    gone = true;
    if (whenGone != null) {
      whenGone.run();
    }
  }

  public boolean isAnswered() {
    return answer.isDone();
  }

  /// Waits up to ten seconds for the answer.
  public Response answer() throws Exception {
    return answer.get(10, TimeUnit.SECONDS);
  }

  public synchronized int laterAnswers() {
    return laterAnswers.size();
  }
}
