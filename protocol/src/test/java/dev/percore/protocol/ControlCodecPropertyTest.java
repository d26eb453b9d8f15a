package dev.percore.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.ControlMessage.Configure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class ControlCodecPropertyTest {

  @Property
  void anySettingsSurviveTheWire(@ForAll @Size(max = 20) Map<String, String> settings)
      throws ProtocolException {
    // Unpaired surrogates have no UTF-8 form; a YAML file cannot hold them either.
    if (settings.entrySet().stream()
        .anyMatch(e -> unpaired(e.getKey()) || unpaired(e.getValue()))) {
      return;
    }
    ByteBuf bytes = Unpooled.buffer();
    ControlCodec.encode(new Configure(settings, true), bytes);
    assertThat(ControlCodec.decode(bytes)).isEqualTo(new Configure(settings, true));
  }

  @Property
  void randomBytesAreAMessageOrAProtocolException(@ForAll @Size(max = 200) byte[] bytes) {
    try {
      assertThat(ControlCodec.decode(Unpooled.wrappedBuffer(bytes))).isNotNull();
    } catch (ProtocolException expected) {
      assertThat(expected).hasMessageMatching("(?s).+");
    }
  }

  private static boolean unpaired(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
