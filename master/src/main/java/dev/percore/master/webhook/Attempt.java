package dev.percore.master.webhook;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request on a connection of its own. Used by one thread; any other may cut it.
final class Attempt {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  private final CallbackUrl url;
  private final Supplier<SSLSocketFactory> tls;
  private final long deadlineNanos;
  private @Nullable Socket socket;
  private boolean cut;

  Attempt(CallbackUrl url, Supplier<SSLSocketFactory> tls, Duration time) {
    this.url = url;
    this.tls = tls;
    this.deadlineNanos = System.nanoTime() + time.toNanos();
  }

  /// Sends a request to the first of these addresses that takes the connection.
  ///
  /// @return what was answered
  ResponseHead send(InetAddress[] addresses, byte[] head, byte[] body) throws IOException {
    Socket connected = secured(connect(addresses));
    OutputStream out = connected.getOutputStream();
    out.write(head);
    out.write(body);
    out.flush();
    return ResponseHead.read(connected.getInputStream());
  }

  private Socket connect(InetAddress[] addresses) throws IOException {
    IOException last = new IOException("the host has no address");
    for (int i = 0; i < addresses.length; i++) {
      // One that does not answer leaves time for the others.
      long share = (deadlineNanos - System.nanoTime()) / (addresses.length - i);
      int millis = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(share));
      Socket next = new Socket(Proxy.NO_PROXY);
      use(next);
      try {
        next.connect(new InetSocketAddress(addresses[i], url.port()), millis);
        return next;
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  // The name goes along for SNI, and is what the certificate must be for.
  private Socket secured(Socket plain) throws IOException {
    if (!url.secure()) {
      return plain;
    }
    SSLSocket secure = (SSLSocket) tls.get().createSocket(plain, url.host(), url.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private synchronized void use(Socket next) throws IOException {
    close();
    socket = next;
    if (cut) {
      close();
      throw new IOException("cut");
    }
  }

  /// Its time is over: whatever blocks in it fails at once.
  synchronized void cut() {
    cut = true;
    close();
  }

  synchronized boolean isCut() {
    return cut;
  }

  /// Closes the connection.
  synchronized void close() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("a connection could not be closed", e);
      }
    }
  }
}
