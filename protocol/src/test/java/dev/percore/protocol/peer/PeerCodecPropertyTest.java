package dev.percore.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.ProtocolException;
import dev.percore.protocol.peer.PeerMessage.Done;
import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.protocol.peer.PeerMessage.Part;
import dev.percore.protocol.peer.PeerMessage.Task;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PeerCodecPropertyTest {

  @Property(tries = 200)
  void tasksAndOutcomesSurviveTheWire(
      @ForAll long id,
      @ForAll @AlphaChars String text,
      @ForAll long nanos,
      @ForAll @IntRange(min = 0) int length)
      throws ProtocolException {
    List<Field> fields = List.of(new Field("n", text), new Field(text, ""));
    Task task =
        new Task(
            id, id % 2 == 0, text, "POST", fields, "application/json", text, nanos, -nanos, length);
    assertThat(throughTheWire(task)).isEqualTo(task);
    Done done = new Done(id, 200, fields, length);
    assertThat(throughTheWire(done)).isEqualTo(done);
  }

  @Test
  void shortMessagesSurviveTheWire() throws ProtocolException {
    for (PeerMessage message :
        List.of(
            new PeerMessage.Poke(),
            new PeerMessage.Pull(),
            new PeerMessage.Declined(),
            new PeerMessage.Returned(7),
            new PeerMessage.Cancel(-1))) {
      assertThat(throughTheWire(message)).isEqualTo(message);
    }
  }

  @Property(tries = 500)
  void randomBytesAreAMessageOrAProtocolException(@ForAll @Size(max = 200) byte[] bytes) {
    try {
      assertThat(PeerCodec.decode(Unpooled.wrappedBuffer(bytes))).isNotNull();
    } catch (ProtocolException expected) {
      assertThat(expected).hasMessageMatching("(?s).+");
    }
  }

  @Test
  void aContentOfMegabytesTravelsInSmallFrames() {
    byte[] content = new byte[3_000_001];
    new Random(1).nextBytes(content);
    EmbeddedChannel sender = new EmbeddedChannel();
    PeerPipeline.addTo(sender.pipeline());
    EmbeddedChannel receiver = new EmbeddedChannel();
    PeerPipeline.addTo(receiver.pipeline());
    PeerPipeline.write(sender, new Done(1, 200, List.of(), content.length), content);
    for (ByteBuf next = sender.readOutbound(); next != null; next = sender.readOutbound()) {
      receiver.writeInbound(next);
    }

    assertThat(receiver.<PeerMessage>readInbound())
        .isEqualTo(new Done(1, 200, List.of(), content.length));
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    for (Part part = receiver.readInbound(); part != null; part = receiver.readInbound()) {
      assertThat(part.length()).isLessThanOrEqualTo(Part.LENGTH_MAX);
      received.write(part.bytes(), part.offset(), part.length());
    }
    assertThat(received.toByteArray()).isEqualTo(content);
  }

  private static PeerMessage throughTheWire(PeerMessage message) throws ProtocolException {
    ByteBuf bytes = Unpooled.buffer();
    PeerCodec.encode(message, bytes);
    return PeerCodec.decode(bytes);
  }
}
