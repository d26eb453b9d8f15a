package dev.percore.worker.http.client;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpText;
import dev.percore.config.net.TrustedProxies;
import dev.percore.worker.api.Request;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a connection: whoever connected, or whom a PROXY header named.
///
/// @param address IP address without the port; `unix:` on a Unix socket, `-` where none is known
/// @param trusted whether it is believed about the client that it speaks for
/// @param proxies by which that was decided
public record Peer(String address, boolean trusted, ServerConfig.Proxies proxies) {

  /// A peer with an IP address.
  ///
  /// @param address null if none is known, as of a client that has gone at once
  public static Peer of(@Nullable InetAddress address, ServerConfig.Proxies proxies) {
    return address == null
        ? new Peer("-", false, proxies)
        : new Peer(IpText.of(address), proxies.trusted().trusts(address), proxies);
  }

  /// A peer by the address that [#address] gave in another process.
  public static Peer of(String address, ServerConfig.Proxies proxies) {
    return address.equals(TrustedProxies.UNIX) ? unix(proxies) : of(IpText.parse(address), proxies);
  }

  /// A peer on a Unix socket.
  public static Peer unix(ServerConfig.Proxies proxies) {
    return new Peer(TrustedProxies.UNIX, proxies.trusted().unix(), proxies);
  }

  /// Address of the client that a request comes from: the last one on its way that is not
  /// trusted. It is the peer's own if that is not trusted, and if the field that should tell is
  /// missing, malformed or hides the address.
  public String clientOf(Request request) {
    if (!trusted) {
      return address;
    }
    String client =
        switch (proxies.field()) {
          case X_FORWARDED_FOR ->
              ForwardedChain.ofAddresses(request.headers("X-Forwarded-For"), proxies.trusted());
          case FORWARDED ->
              ForwardedChain.ofElements(request.headers("Forwarded"), proxies.trusted());
        };
    return client == null ? address : client;
  }
}
