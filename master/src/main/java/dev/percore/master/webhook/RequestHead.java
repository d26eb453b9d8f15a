package dev.percore.master.webhook;

import dev.percore.config.Version;
import java.nio.charset.StandardCharsets;

/// The head of a request to a receiver.
final class RequestHead {
  private RequestHead() {}

  /// @param timestamp of the attempt, in seconds since 1970
  static byte[] of(Webhook webhook, long timestamp, String signature) {
    String head =
        String.join(
            "\r\n",
            "POST " + webhook.url().target() + " HTTP/1.1",
            "Host: " + webhook.url().authority(),
            "User-Agent: percore/" + Version.current(),
            "Content-Type: application/json",
            "Content-Length: " + webhook.body().length,
            "webhook-id: " + webhook.id(),
            "webhook-timestamp: " + timestamp,
            "webhook-signature: " + signature,
            "Connection: close",
            "",
            "");
    return head.getBytes(StandardCharsets.US_ASCII);
  }
}
