package dev.percore.worker.calc;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// An exchange that keeps its answer.
final class FakeExchange implements Exchange {
  private final Request request;
  private final CompletableFuture<Object> answer = new CompletableFuture<>();
  private final CompletableFuture<Runnable> goneAction = new CompletableFuture<>();

  FakeExchange(Request request) {
    this.request = request;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public void respond(Response response) {
    answer.complete(response);
  }

  @Override
  public void respond(Problem problem) {
    answer.complete(problem);
  }

  @Override
  public ResponseStream stream(Response head) {
    throw new UnsupportedOperationException("no call is answered by a stream");
  }

  @Override
  public void onClientGone(Runnable action) {
    goneAction.complete(action);
  }

  boolean isAnswered() {
    return answer.isDone();
  }

  Response response() throws Exception {
    return (Response) answer.get(10, TimeUnit.SECONDS);
  }

  Problem problem() throws Exception {
    return (Problem) answer.get(10, TimeUnit.SECONDS);
  }

  void hangUp() throws Exception {
    goneAction.get(10, TimeUnit.SECONDS).run();
  }
}
