package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// A chain of SHA-256: of the text's UTF-8 bytes first, then of the 32 bytes of each digest.
public final class Sha256Chain implements ComputeFunction {
  private static final long ROUNDS_MAXIMUM = 200_000_000;
  private static final int ROUNDS_PER_POLL = 1024;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "sha256",
        "SHA-256 of a text, then of the digest, and so on for n rounds, in hexadecimal.",
        List.of(
            new Parameter.Text("text", "what is digested, as UTF-8", 10_000, ""),
            new Parameter.Whole("rounds", "length of the chain", 1, ROUNDS_MAXIMUM, 1L)),
        Map.of("text", "abc", "rounds", 1000),
        arguments -> arguments.whole("rounds"),
        ROUNDS_MAXIMUM,
        "rounds");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context)
      throws NoSuchAlgorithmException, DigestException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] digest = sha256.digest(arguments.text("text").getBytes(StandardCharsets.UTF_8));
    long rounds = arguments.whole("rounds");
    for (long round = 1; round < rounds; round++) {
      if (round % ROUNDS_PER_POLL == 0) {
        context.checkCancelled();
        context.progress((double) round / rounds);
      }
      sha256.update(digest);
      sha256.digest(digest, 0, digest.length);
    }
    return ComputeResult.json(HexFormat.of().formatHex(digest));
  }
}
