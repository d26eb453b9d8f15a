package example;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A handler that takes all the heap there is.
public final class Exhaust implements BlockingHandler {
  @Override
  public String name() {
    return "exhaust";
  }

  @Override
  public String path() {
    return "/exhaust";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Response handle(Request request) {
    List<byte[]> hoard = new ArrayList<>();
    while (hoard.size() < Integer.MAX_VALUE) {
      hoard.add(new byte[1 << 16]);
    }
    return Response.text(200, "no end of memory");
  }
}
