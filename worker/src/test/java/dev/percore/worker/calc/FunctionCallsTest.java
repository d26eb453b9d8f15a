package dev.percore.worker.calc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.handoff.Call;
import dev.percore.worker.handoff.PortableTask;
import dev.percore.worker.poison.PoisonGuard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FunctionCallsTest {
  private static final ClientName CLIENT = new ClientName("192.0.2.7");

  private final FunctionCalls calls =
      new FunctionCalls(
          new Catalogue(
              List.of(FakeFunction.echo("echo", FakeFunction.PARAMETERS, Map.of("n", 1)))),
          new WorkerIdentity(0, 1),
          PoisonGuard.none());

  @Test
  void aTaskOfASiblingIsForTheClientThatHasCalledThatOne() {
    ComputeTask task = task("echo").orElseThrow();
    assertThat(task.client()).isEqualTo(CLIENT);
    assertThat(((PortableTask) task).call().client()).isEqualTo(CLIENT);
  }

  @Test
  void aCallOfAnUnknownFunctionIsAnsweredAtOnce() {
    assertThat(task("gone")).isEmpty();
  }

  private Optional<ComputeTask> task(String function) {
    return calls.ofSibling(
        new Call(function, "GET", List.of(new Field("n", "2")), "", CLIENT, new byte[0]), _ -> {});
  }
}
