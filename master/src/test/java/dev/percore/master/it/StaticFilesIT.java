package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files from a folder.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StaticFilesIT {
  private static final String SECRET = "not to be seen";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private PercoreServer server;
  private Path site;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    site = Files.createDirectories(folder.resolve("site"));
    Files.createDirectories(site.resolve("sub"));
    Files.writeString(site.resolve("index.html"), "<p>home</p>");
    Files.writeString(site.resolve("sub/index.html"), "<p>sub</p>");
    Files.writeString(site.resolve("sub/letters.txt"), LETTERS);
    Files.writeString(site.resolve("ä b.txt"), "umlaut");
    Files.writeString(site.resolve(".hidden"), SECRET);
    Files.write(site.resolve("big.bin"), new byte[3 << 20]);
    Files.writeString(folder.resolve("secret.txt"), SECRET);
    Files.createDirectories(folder.resolve("outside"));
    Files.writeString(folder.resolve("outside/secret.txt"), SECRET);
    Files.createSymbolicLink(site.resolve("link.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(site.resolve("linked"), folder.resolve("outside"));
    server = PercoreServer.start(folder, "workers=1", "static.root=" + site);
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/static/,                text/html,  <p>home</p>",
    "/static/index.html,      text/html,  <p>home</p>",
    "/static/sub/,            text/html,  <p>sub</p>",
    "/static/sub/letters.txt, text/plain, " + LETTERS,
    "/static/%C3%A4%20b.txt,  text/plain, umlaut",
    "/static/sub/./x/../letters.txt, text/plain, " + LETTERS
  })
  void servesFilesAndIndexes(String target, String type, String content) throws Exception {
    RawAnswer answer = server.get(target);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith(type);
    assertThat(answer.header("ETag")).isNotEmpty();
    assertThat(answer.header("Last-Modified")).endsWith(" GMT");
    assertThat(answer.text()).isEqualTo(content);
  }

  @Test
  void aFolderWithoutItsSlashIsRedirected() throws Exception {
    RawAnswer answer = server.get("/static/sub?x=1");
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("Location")).isEqualTo("./sub/?x=1");
  }

  @Test
  void keepsALargeFileOpenForAWhileAndNoLonger() throws Exception {
    Path file = Files.write(site.resolve("brief.bin"), new byte[1 << 20]).toRealPath();
    Await.until(
        "the worker to keep it open",
        () -> {
          assertThat(server.get("/static/brief.bin").body()).hasSize(1 << 20);
          return isOpenInWorker(file);
        });
    Files.delete(file);
    Await.until("the worker to close a removed file", () -> !isOpenInWorker(file));
    assertThat(server.get("/static/brief.bin").status()).isEqualTo(404);
  }

  private boolean isOpenInWorker(Path file) throws Exception {
    return OsProcesses.open(server.worker(0).pid()).stream()
        .anyMatch(open -> open.startsWith(file.toString()));
  }

  @Test
  void sendsALargeFileWholeAndGoesOn() throws Exception {
    try (RawConnection connection = server.connect()) {
      RawAnswer big = connection.get("/static/big.bin");
      assertThat(big.body()).hasSize(3 << 20).containsOnly(0);
      assertThat(connection.get("/static/sub/letters.txt").text()).isEqualTo(LETTERS);
    }
  }

  @Test
  void headTellsTheSameAsGetWithoutTheContent() throws Exception {
    RawAnswer got = server.get("/static/sub/letters.txt");
    try (RawConnection connection = server.connect()) {
      RawAnswer head =
          connection.sendHead("HEAD /static/sub/letters.txt HTTP/1.1", "Host: x").receiveHead();
      assertThat(head.header("Content-Length")).isEqualTo("26");
      assertThat(head.header("ETag")).isEqualTo(got.header("ETag"));
      assertThat(connection.get("/healthz").text()).isEqualTo("ok");
    }
  }

  @Test
  void aFileThatTheClientHasIsNotSentAgain() throws Exception {
    RawAnswer first = server.get("/static/sub/letters.txt");
    assertThat(ask("If-None-Match: " + first.header("ETag")).status()).isEqualTo(304);
    assertThat(ask("If-Modified-Since: " + first.header("Last-Modified")).status()).isEqualTo(304);
    assertThat(ask("If-None-Match: \"other\"").text()).isEqualTo(LETTERS);
    assertThat(ask("If-Match: \"other\"").status()).isEqualTo(412);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-2,   206, bytes 0-2/26,   abc",
    "bytes=23-,   206, bytes 23-25/26, xyz",
    "bytes=-1,    206, bytes 25-25/26, z",
    "bytes=5-500, 206, bytes 5-25/26,  fghijklmnopqrstuvwxyz"
  })
  void sendsTheRangeAskedFor(String range, int status, String contentRange, String content)
      throws Exception {
    RawAnswer answer = ask("Range: " + range);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    assertThat(answer.text()).isEqualTo(content);
  }

  @Test
  void aRangeBeyondTheEndIsRefused() throws Exception {
    RawAnswer answer = ask("Range: bytes=26-");
    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.header("Content-Range")).isEqualTo("bytes */26");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/static/../secret.txt",
        "/static/../../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/sub/..%2f..%2fsecret.txt",
        "/static/..%5csecret.txt",
        "/static/..\\secret.txt",
        "/static/%252e%252e/secret.txt",
        "/static/%c0%ae%c0%ae/secret.txt",
        "/static//secret.txt",
        "/static/%00",
        "/static/index.html%00.txt",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/link.txt",
        "/static/linked/secret.txt",
        "/static/linked/",
        "/static/.hidden",
        "/static/%2ehidden",
        "/static/sub/../.hidden",
        "http://x/static/../secret.txt"
      })
  void nothingOutsideOfTheFolderIsServed(String target) throws Exception {
    RawAnswer answer = server.get(target);
    assertThat(answer.status()).as(answer.toString()).isIn(400, 404);
    assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
        .doesNotContain(SECRET)
        .doesNotContain("root:");
  }

  @Test
  void filesAreOnlyRead() throws Exception {
    try (RawConnection connection = server.connect()) {
      RawAnswer answer =
          connection.sendHead("DELETE /static/index.html HTTP/1.1", "Host: x").receive();
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }
  }

  private RawAnswer ask(String header) throws Exception {
    try (RawConnection connection = server.connect()) {
      return connection
          .send("GET /static/sub/letters.txt HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n")
          .receive();
    }
  }
}
