package dev.percore.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.io.FakeExchange;
import dev.percore.worker.io.FakeRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LaterTest {
  private final List<String> makers = Collections.synchronizedList(new ArrayList<>());

  @Test
  void makesItOnceOnAThreadOfItsOwn() throws Exception {
    var later =
        new Later<>(
            "a document",
            () -> {
              makers.add(Thread.currentThread().getName());
              return Response.text(200, "made");
            });
    assertThat(makers).isEmpty();
    Response first = ask(later);
    assertThat(ask(later)).isSameAs(first);
    assertThat(makers).containsExactly("a document");
  }

  @Test
  void tellsThatItCouldNotBeMade() throws Exception {
    var later =
        new Later<Response>(
            "a document",
            () -> {
              throw new IllegalStateException("on purpose");
            });
    assertThat(ask(later).status()).isEqualTo(500);
    assertThat(ask(later).status()).isEqualTo(500);
  }

  private static Response ask(Later<Response> later) throws Exception {
    FakeExchange exchange = new FakeExchange(FakeRequest.get("/"));
    later.answer(exchange, Function.identity());
    return exchange.answer();
  }
}
