package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// PBKDF2 with HMAC-SHA-256 (RFC 8018, section 5.2). Written out since the JDK's own cannot be
/// cancelled.
public final class Pbkdf2 implements ComputeFunction {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BLOCK_BYTES = 32;
  private static final double COST_LIMIT = 20_000_000;
  private static final int ITERATIONS_PER_POLL = 1024;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "pbkdf2",
        "A key derived from a password with PBKDF2-HMAC-SHA-256, in hexadecimal.",
        List.of(
            new Parameter.Text("password", "as UTF-8; for load, not for secrets", 1024, null),
            new Parameter.Text("salt", "as UTF-8", 1024, null),
            new Parameter.Whole(
                "iterations", "rounds for each block", 1, (long) COST_LIMIT, 100_000L),
            new Parameter.Whole("length", "bytes of the key", 1, 1024, 32L)),
        Map.of("password", "password", "salt", "salt", "iterations", 1000),
        Pbkdf2::cost,
        COST_LIMIT,
        "iterations times blocks of 32 bytes");
  }

  private static double cost(Arguments arguments) {
    return Math.ceil(arguments.whole("length") / (double) BLOCK_BYTES)
        * arguments.whole("iterations");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context)
      throws GeneralSecurityException {
    Mac mac = mac(arguments.text("password").getBytes(StandardCharsets.UTF_8));
    byte[] salt = arguments.text("salt").getBytes(StandardCharsets.UTF_8);
    ByteBuffer key = ByteBuffer.allocate((int) arguments.whole("length"));
    for (int block = 1; key.hasRemaining(); block++) {
      byte[] bytes = block(mac, salt, block, arguments.whole("iterations"), context);
      key.put(bytes, 0, Math.min(bytes.length, key.remaining()));
    }
    return ComputeResult.json(HexFormat.of().formatHex(key.array()));
  }

  private static Mac mac(byte[] password) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(ALGORITHM);
    // HMAC pads its key with zero bytes, so an empty key, which the JDK refuses, is one zero byte.
    byte[] key = password.length == 0 ? new byte[1] : password;
    mac.init(new SecretKeySpec(key, ALGORITHM));
    return mac;
  }

  private static byte[] block(
      Mac mac, byte[] salt, int index, long iterations, ComputeContext context)
      throws GeneralSecurityException {
    mac.update(salt);
    byte[] last = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
    byte[] block = last.clone();
    for (long iteration = 1; iteration < iterations; iteration++) {
      if (iteration % ITERATIONS_PER_POLL == 0) {
        context.checkCancelled();
      }
      mac.update(last);
      mac.doFinal(last, 0);
      for (int i = 0; i < block.length; i++) {
        block[i] ^= last[i];
      }
    }
    return block;
  }
}
