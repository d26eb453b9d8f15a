package dev.percore.master.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secrets that deliveries are signed with, by the rules of Standard Webhooks. Immutable; what
/// it says of itself tells nothing of them.
public final class Secrets {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int FILE_LENGTH_MAXIMUM = 64 * 1024;
  private static final int COUNT_MAXIMUM = 10;
  private static final int LENGTH_MINIMUM = 24;
  private static final int LENGTH_MAXIMUM = 64;

  private final List<SecretKeySpec> keys;

  private Secrets(List<SecretKeySpec> keys) {
    this.keys = keys;
  }

  /// Reads a file with one secret a line, and lines that are empty or begin with `#`.
  ///
  /// @throws IOException if there is none, or a line is none; its message does not show the line
  public static Secrets read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(FILE_LENGTH_MAXIMUM + 1);
    }
    if (bytes.length > FILE_LENGTH_MAXIMUM) {
      throw new IOException(file + " is longer than " + FILE_LENGTH_MAXIMUM + " bytes");
    }
    List<SecretKeySpec> keys = new ArrayList<>();
    int number = 0;
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        keys.add(key(text, file + ":" + number));
      }
    }
    if (keys.isEmpty() || keys.size() > COUNT_MAXIMUM) {
      throw new IOException(
          "%s has %d secrets, allowed are 1 to %d".formatted(file, keys.size(), COUNT_MAXIMUM));
    }
    return new Secrets(keys);
  }

  private static SecretKeySpec key(String text, String place) throws IOException {
    byte[] secret = {};
    if (text.startsWith(PREFIX)) {
      try {
        secret = Base64.getDecoder().decode(text.substring(PREFIX.length()));
      } catch (IllegalArgumentException _) {
        // Its message would show a part of the secret.
      }
    }
    if (secret.length < LENGTH_MINIMUM || secret.length > LENGTH_MAXIMUM) {
      throw new IOException(
          "%s is no secret: %s and %d to %d bytes in base64"
              .formatted(place, PREFIX, LENGTH_MINIMUM, LENGTH_MAXIMUM));
    }
    return new SecretKeySpec(secret, ALGORITHM);
  }

  /// The value of `webhook-signature`: one signature for each secret.
  ///
  /// @param timestamp seconds since 1970
  String sign(String id, long timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    return keys.stream().map(key -> sign(key, head, body)).collect(Collectors.joining(" "));
  }

  private static String sign(SecretKeySpec key, byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(head);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }
}
