package dev.percore.master.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks another JVM what `jcmd` would ask it, over the socket that HotSpot opens for that purpose
/// with `-XX:+StartAttachListener`. Unlike `jcmd` this needs no JDK, starts no JVM on a machine
/// that may be in trouble, and gives up exactly when it is told to.
final class JvmInquiry {
  private static final Logger log = LoggerFactory.getLogger(JvmInquiry.class);
  private static final int ANSWER_BYTES_MAX = 8 << 20;

  private JvmInquiry() {}

  /// The answer to a diagnostic command, such as `Thread.print -l`. Blocks.
  ///
  /// @param limit for the whole exchange
  /// @throws IOException if the JVM does not answer in time or refuses; the message tells which
  static String ask(long pid, String command, Duration limit) throws IOException {
    Path path = socket(pid);
    checkOwner(pid, path);
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(path)); // does not wait for the JVM
      channel.write(ByteBuffer.wrap(request(command)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      var answer = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
      while (true) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          throw new IOException("it did not answer within " + limit.toMillis() + " ms");
        }
        selector.select(leftMillis);
        selector.selectedKeys().clear();
        int count = channel.read(buffer.clear());
        if (count < 0) {
          return result(answer.toString(StandardCharsets.UTF_8));
        }
        answer.write(buffer.array(), 0, buffer.position());
        if (answer.size() > ANSWER_BYTES_MAX) {
          throw new IOException("its answer is longer than " + ANSWER_BYTES_MAX + " bytes");
        }
      }
    }
  }

  /// Removes the socket of a process that was killed and could not do so itself.
  static void removeSocket(long pid) {
    try {
      Files.deleteIfExists(socket(pid));
    } catch (IOException refused) {
      log.debug("the socket of pid {} is left behind", pid, refused);
    }
  }

  // HotSpot takes no other folder.
  private static Path socket(long pid) {
    return Path.of("/tmp/.java_pid" + pid);
  }

  // The folder is everybody's.
  private static void checkOwner(long pid, Path socket) throws IOException {
    if (!Files.exists(socket)) {
      throw new IOException("it has no socket " + socket);
    }
    Object owner = Files.getAttribute(socket, "unix:uid");
    if (!owner.equals(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid"))) {
      throw new IOException(socket + " belongs to another user");
    }
  }

  // Version, operation, and three arguments, each closed by a NUL.
  private static byte[] request(String command) {
    return ("1\0jcmd\0" + command + "\0\0\0").getBytes(StandardCharsets.UTF_8);
  }

  // A line with the result code, then the text.
  private static String result(String answer) throws IOException {
    int lineEnd = answer.indexOf('\n');
    if (lineEnd < 0) {
      throw new IOException("it ended without an answer");
    }
    String text = answer.substring(lineEnd + 1);
    if (!answer.startsWith("0\n")) {
      throw new IOException("it refused: " + text.strip());
    }
    return text;
  }
}
