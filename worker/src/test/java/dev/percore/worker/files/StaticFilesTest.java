package dev.percore.worker.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.io.FakeRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StaticFilesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.5Z");
  private static final Instant MODIFIED = Instant.parse("2026-02-01T08:30:15.123456789Z");
  private static final String LAST_MODIFIED = "Sun, 01 Feb 2026 08:30:15 GMT";
  private static final String CONTENT = "0123456789";
  private static final int LONG = 17_000;

  private final AtomicLong clock = new AtomicLong(-1_000);
  private final List<Body.File> handedOut = new ArrayList<>();

  @TempDir private Path temp;
  private Path root;
  private StaticFiles files;

  @BeforeEach
  void makeFolder() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    write(root.resolve("digits.txt"), CONTENT);
    write(root.resolve("sub/index.html"), "<p>index</p>");
    write(root.resolve("sub/deep/er/file.json"), "{}");
    write(root.resolve("bare/other.txt"), "no index here");
    write(root.resolve(".hidden/file.txt"), "hidden");
    write(root.resolve(".env"), "hidden");
    write(temp.resolve("outside/secret.txt"), "secret");
    write(temp.resolve("root-sibling.txt"), "secret");
    files = files(root);
  }

  private StaticFiles files(Path folder) throws IOException {
    return new StaticFiles(
        folder,
        "/static/",
        "index.html",
        InstantSource.fixed(NOW),
        new FileCache(1 << 20, Duration.ofSeconds(1), clock::get),
        new OpenFiles(2, Duration.ofSeconds(1), clock::get));
  }

  @AfterEach
  void closeChannels() throws IOException {
    for (Body.File file : handedOut) {
      file.close();
    }
  }

  @Test
  void servesAFileWithAllThatDescribesIt() throws IOException {
    Response response = get("digits.txt");
    assertThat(response.status()).isEqualTo(200);
    assertThat(content(response)).isEqualTo(CONTENT);
    assertThat(response.headers())
        .containsExactly(
            new Response.Header("Content-Type", "text/plain; charset=utf-8"),
            new Response.Header("ETag", entityTag()),
            new Response.Header("Last-Modified", LAST_MODIFIED),
            new Response.Header("Accept-Ranges", "bytes"),
            new Response.Header("X-Content-Type-Options", "nosniff"));
  }

  // A copy saves a call of the kernel and a packet; from some length on it costs more.
  @Test
  void copiesWhatIsSmallAndNothingElse() throws IOException {
    write(root.resolve("small.bin"), "x".repeat(16 * 1024));
    write(root.resolve("large.bin"), "x".repeat(16 * 1024 + 1));
    assertThat(get("small.bin").body()).isInstanceOf(Body.Bytes.class);
    assertThat(content(get("small.bin"))).isEqualTo("x".repeat(16 * 1024));
    assertThat(get("large.bin").body()).isInstanceOf(Body.File.class);
    FakeRequest last = FakeRequest.get("/static/large.bin").with("Range", "bytes=16380-");
    assertThat(content(send(last))).isEqualTo("xxxxx");
    assertThat(send(last).body()).isInstanceOf(Body.Bytes.class);
  }

  @Test
  void holdsWhatIsSmallForAWhile() throws IOException {
    FakeRequest small = FakeRequest.get("/static/digits.txt");
    assertThat(files.held(small)).isNull();
    Response read = send(small);
    write(root.resolve("digits.txt"), "changed");
    clock.addAndGet(999_999_999);
    assertThat(files.held(small)).isEqualTo(read);
    clock.addAndGet(1);
    assertThat(files.held(small)).isNull();
    assertThat(content(send(small))).isEqualTo("changed");
    assertThat(content(held(small))).isEqualTo("changed");
  }

  @Test
  void keepsWhatIsLongOpenForAWhile() throws IOException {
    FakeRequest large = large("a.bin");
    assertThat(files.held(large)).isNull();
    Body.File first = (Body.File) send(large).body();
    write(temp.resolve("new"), "new");
    Files.move(temp.resolve("new"), root.resolve("a.bin"), StandardCopyOption.REPLACE_EXISTING);
    clock.addAndGet(999_999_999);
    files.closeOld();
    Body.File second = (Body.File) held(large).body();
    assertThat(second.channel()).isSameAs(first.channel());
    assertThat(content(second)).isEqualTo("x".repeat(LONG));
    second.close();
    second.close();
    assertThat(content(first)).as("the other's share").isEqualTo("x".repeat(LONG));
    clock.addAndGet(1);
    assertThat(files.held(large)).isNull();
    files.closeOld();
    assertThat(content(first)).as("still to be sent").isEqualTo("x".repeat(LONG));
    first.close();
    assertThat(first.channel().isOpen()).isFalse();
    assertThat(content(get("a.bin"))).isEqualTo("new");
  }

  @Test
  void answersByAnOpenFileAsByAnother() throws IOException {
    FakeRequest whole = large("a.bin");
    String tag = header(send(whole), "ETag");
    assertThat(held(whole.with("If-None-Match", tag)).status()).isEqualTo(304);
    Response part = held(FakeRequest.get("/static/a.bin").with("Range", "bytes=3-16999"));
    assertThat(part.status()).isEqualTo(206);
    assertThat(content(part)).isEqualTo("x".repeat(16_997));
    FakeRequest brief = FakeRequest.get("/static/a.bin").with("Range", "bytes=3-4");
    assertThat(files.held(brief)).as("it would have to be read").isNull();
    assertThat(content(send(brief))).isEqualTo("xx");
    assertThat(files.held(FakeRequest.get("/static/a.bin"))).isNotNull();
  }

  @Test
  void keepsNoMoreOpenThanItMay() throws IOException {
    for (String name : List.of("a.bin", "b.bin", "c.bin")) {
      ((Body.File) send(large(name)).body()).close();
    }
    assertThat(openHere()).isEqualTo(2);
    assertThat(files.held(FakeRequest.get("/static/c.bin"))).isNull();
    ((Body.File) send(FakeRequest.get("/static/a.bin")).body()).close();
    assertThat(openHere()).as("a new one in the place of the old").isEqualTo(2);
    clock.addAndGet(1_000_000_000);
    files.closeOld();
    assertThat(openHere()).isZero();
  }

  @Test
  void anOpenFileThatBecameShorterIsLookedForAgain() throws IOException {
    FakeRequest large = large("a.bin");
    ((Body.File) send(large).body()).close();
    write(root.resolve("a.bin"), "x".repeat(LONG - 1));
    assertThat(files.held(large)).isNull();
    assertThat(content(send(large))).hasSize(LONG - 1);
    assertThat(content(held(large))).hasSize(LONG - 1);
  }

  private FakeRequest large(String name) throws IOException {
    write(root.resolve(name), "x".repeat(LONG));
    return FakeRequest.get("/static/" + name);
  }

  @Test
  void answersFromMemoryAsFromTheDisk() throws IOException {
    String tag = entityTag();
    List<FakeRequest> requests =
        List.of(
            FakeRequest.get("/static/digits.txt").with("If-None-Match", tag),
            FakeRequest.get("/static/digits.txt").with("If-Match", "\"other\""),
            FakeRequest.get("/static/digits.txt").with("Range", "bytes=2-4"),
            FakeRequest.get("/static/digits.txt").with("Range", "bytes=-1"),
            FakeRequest.get("/static/digits.txt").with("Range", "bytes=10-"),
            FakeRequest.get("/static/digits.txt").withMethod("HEAD"));
    for (FakeRequest request : requests) {
      Response read = send(request);
      Response held = held(request);
      assertThat(held.status()).isEqualTo(read.status());
      assertThat(held.headers()).isEqualTo(read.headers());
      assertThat(content(held)).isEqualTo(content(read));
    }
    assertThat(requests.stream().map(request -> held(request).status()))
        .containsExactly(304, 412, 206, 206, 416, 200);
  }

  @Test
  void holdsTheIndexOfAFolderUnderTheFoldersName() throws IOException {
    assertThat(get("sub/").status()).isEqualTo(200);
    assertThat(content(held(FakeRequest.get("/static/sub/")))).isEqualTo("<p>index</p>");
    assertThat(files.held(FakeRequest.get("/static/sub/index.html"))).isNull();
  }

  private Response held(FakeRequest request) {
    Response response = Objects.requireNonNull(files.held(request), "not held");
    if (response.body() instanceof Body.File file) {
      handedOut.add(file);
    }
    return response;
  }

  @Test
  void servesFilesInSubFolders() throws IOException {
    assertThat(content(get("sub/deep/er/file.json"))).isEqualTo("{}");
  }

  @Test
  void servesTheIndexOfAFolder() throws IOException {
    Response response = get("sub/");
    assertThat(content(response)).isEqualTo("<p>index</p>");
    assertThat(header(response, "Content-Type")).isEqualTo("text/html; charset=utf-8");
  }

  @Test
  void servesTheIndexOfTheFolderItself() throws IOException {
    write(root.resolve("index.html"), "top");
    assertThat(content(get(""))).isEqualTo("top");
  }

  @Test
  void neverListsAFolder() throws IOException {
    assertProblem(get(""), 404, "not-found");
    assertProblem(get("bare/"), 404, "not-found");
  }

  @Test
  void doesNotTakeAFolderForAnIndex() throws IOException {
    Files.createDirectory(root.resolve("bare/index.html"));
    assertProblem(get("bare/"), 404, "not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "/static/sub, '', ./sub/",
    "/static/sub, 'a=b&c=%2F', ./sub/?a=b&c=%2F",
    "/static/sub/deep, '', ./deep/",
    "/static/with space, '', ./with%20space/",
    "/static/http:host, '', ./http%3Ahost/",
    "/static/üñ, '', ./%C3%BC%C3%B1/",
    "/static/a?b#c, '', ./a%3Fb%23c/",
  })
  void leadsFromAFolderWithoutSlashToItself(String path, String query, String location)
      throws IOException {
    Files.createDirectories(root.resolve(path.substring("/static/".length())));
    Response response = files.handle(FakeRequest.get(path).withQuery(query));
    assertThat(response.status()).isEqualTo(301);
    assertThat(header(response, "Location")).isEqualTo(location);
    URI base = URI.create("http://here.example/static/x");
    assertThat(base.resolve(location).getHost()).isEqualTo("here.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ü ñ.txt", "日本.txt", "a+b&c=d?.txt", "100%.txt", "-rf", "a'\"<b>.txt"})
  void servesFilesWithUnusualNames(String name) throws IOException {
    write(root.resolve(name), "unusual");
    assertThat(content(get(name))).isEqualTo("unusual");
  }

  // The paths are what a front that decoded and normalised nothing would pass on.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../",
        "../root-sibling.txt",
        "../outside/secret.txt",
        "sub/../../outside/secret.txt",
        "sub/..",
        "sub/../digits.txt",
        "./digits.txt",
        ".",
        "sub/.",
        "/etc/passwd",
        "//etc/passwd",
        "sub//index.html",
        "digits.txt/",
        "digits.txt/more",
        "%2e%2e/root-sibling.txt",
        "..\\root-sibling.txt",
        "sub\\index.html",
        "digits.txt\0",
        "digits.txt\0.html",
        "\0",
        "new\nline",
        "del\u007f",
        ".env",
        ".hidden/file.txt",
        ".hidden/",
        "sub/.git/config",
        "missing.txt",
        "missing/",
        "missing/file.txt",
        "lone\ud800surrogate",
      })
  void showsNothingOutsideOrHidden(String name) throws IOException {
    assertProblem(get(name), 404, "not-found");
  }

  @Test
  void showsNothingForNamesTooLongForTheFileSystem() throws IOException {
    assertProblem(get("x".repeat(300)), 404, "not-found");
    assertProblem(get("x/".repeat(3000) + "x"), 404, "not-found");
  }

  @Test
  void keepsNothingOpenOfAFileThatIsTakenForAFolder() throws IOException {
    assertProblem(get("digits.txt/more"), 404, "not-found");
    long before = openDescriptors();
    for (int i = 0; i < 200; i++) {
      assertProblem(get("digits.txt/more"), 404, "not-found");
    }
    assertThat(openDescriptors()).isLessThan(before + 25);
  }

  @Test
  void followsLinksThatStayInside() throws IOException {
    Files.createSymbolicLink(root.resolve("link.txt"), Path.of("digits.txt"));
    Files.createSymbolicLink(root.resolve("link"), root.resolve("sub"));
    Files.createSymbolicLink(root.resolve("sub/up"), Path.of(".."));
    // The way in which Kubernetes mounts a folder that it can switch at once.
    Files.createSymbolicLink(root.resolve("mounted.txt"), Path.of(".hidden/file.txt"));
    assertThat(content(get("link.txt"))).isEqualTo(CONTENT);
    assertThat(content(get("link/"))).isEqualTo("<p>index</p>");
    assertThat(content(get("sub/up/digits.txt"))).isEqualTo(CONTENT);
    assertThat(content(get("mounted.txt"))).isEqualTo("hidden");
    assertThat(get("link").status()).isEqualTo(301);
    assertThat(get("sub/up").status()).isEqualTo(301);
  }

  @Test
  void followsNoLinkThatLeadsOutside() throws IOException {
    Files.createSymbolicLink(root.resolve("a.txt"), Path.of("../outside/secret.txt"));
    Files.createSymbolicLink(root.resolve("b.txt"), temp.resolve("outside/secret.txt"));
    Files.createSymbolicLink(root.resolve("c"), temp.resolve("outside"));
    Files.createSymbolicLink(root.resolve("d.txt"), Path.of("c/secret.txt"));
    Files.createSymbolicLink(root.resolve("e.txt"), temp.resolve("root-sibling.txt"));
    Files.createSymbolicLink(root.resolve("f"), Path.of("/proc/self"));
    Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
    for (String name :
        List.of("a.txt", "b.txt", "c", "c/", "c/secret.txt", "d.txt", "e.txt", "f/environ", "up")) {
      assertProblem(get(name), 404, "not-found");
    }
  }

  @Test
  void survivesLinksThatLeadNowhere() throws IOException {
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("missing"));
    Files.createSymbolicLink(root.resolve("round"), Path.of("about"));
    Files.createSymbolicLink(root.resolve("about"), Path.of("round"));
    assertProblem(get("dangling"), 404, "not-found");
    assertProblem(get("round"), 404, "not-found");
  }

  @Test
  void followsTheFolderWhenItsOwnLinkIsSwitched() throws IOException {
    write(temp.resolve("release2/digits.txt"), "new");
    Path current = temp.resolve("current");
    Files.createSymbolicLink(current, root);
    files = files(current);
    assertThat(content(get("digits.txt"))).isEqualTo(CONTENT);
    Files.delete(current);
    Files.createSymbolicLink(current, temp.resolve("release2"));
    assertThat(content(get("digits.txt"))).isEqualTo("new");
  }

  @Test
  void neverOpensAPipe() throws Exception {
    Path pipe = root.resolve("pipe.txt");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertProblem(get("pipe.txt"), 404, "not-found");
    assertProblem(get("pipe.txt/x"), 404, "not-found");
    assertProblem(get("pipe.txt/"), 404, "not-found");
  }

  @Test
  void refusesAFileThatItMayNotRead() throws IOException {
    Path file = root.resolve("digits.txt");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("root may read everything").isFalse();
    assertProblem(get("digits.txt"), 403, "forbidden");
  }

  @Test
  void refusesToStartWithoutItsFolder() {
    assertThatThrownBy(
            () ->
                new StaticFiles(
                    temp.resolve("missing"), "/static/", "index.html", 0, Duration.ZERO))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match                | TAG                            | 304",
        "If-None-Match                | W/TAG                          | 304",
        "If-None-Match                | \"other\", W/\"b,c\", TAG      | 304",
        "If-None-Match                | *                              | 304",
        "If-None-Match                | \"other\"                      | 200",
        "If-None-Match                | no-quotes                      | 200",
        "If-Modified-Since            | Sun, 01 Feb 2026 08:30:15 GMT  | 304",
        "If-Modified-Since            | Sun, 01 Mar 2026 08:30:15 GMT  | 304",
        "If-Modified-Since            | Sun, 01 Feb 2026 08:30:14 GMT  | 200",
        "If-Modified-Since            | Sunday, 01-Feb-26 08:30:15 GMT | 304",
        "If-Modified-Since            | last week                      | 200",
        "If-Match                     | TAG                            | 200",
        "If-Match                     | \"other\", TAG                 | 200",
        "If-Match                     | *                              | 200",
        "If-Match                     | \"other\"                      | 412",
        "If-Match                     | W/TAG                          | 412",
        "If-Unmodified-Since          | Sun, 01 Feb 2026 08:30:15 GMT  | 200",
        "If-Unmodified-Since          | Sun, 01 Feb 2026 08:30:14 GMT  | 412",
        "If-Unmodified-Since          | last week                      | 200",
      })
  void obeysAConditionForGetAndHead(String name, String value, int status) throws IOException {
    FakeRequest request =
        FakeRequest.get("/static/digits.txt").with(name, value.replace("TAG", entityTag()));
    for (String method : List.of("GET", "HEAD")) {
      Response response = send(request.withMethod(method));
      assertThat(response.status()).isEqualTo(status);
      if (status == 304) {
        assertThat(header(response, "ETag")).isEqualTo(entityTag());
        assertThat(response.body().length()).isZero();
      }
      if (status == 412) {
        assertProblem(response, 412, "precondition-failed");
      }
    }
  }

  @Test
  void letsEntityTagsCountBeforeDates() throws IOException {
    FakeRequest request = FakeRequest.get("/static/digits.txt");
    String early = "Sun, 01 Feb 2026 08:30:14 GMT";
    assertThat(
            send(request.with("If-None-Match", "\"x\"").with("If-Modified-Since", LAST_MODIFIED)))
        .extracting(Response::status)
        .isEqualTo(200);
    assertThat(send(request.with("If-Match", entityTag()).with("If-Unmodified-Since", early)))
        .extracting(Response::status)
        .isEqualTo(200);
    assertThat(send(request.with("If-Match", "\"x\"").with("If-None-Match", entityTag())))
        .extracting(Response::status)
        .isEqualTo(412);
    assertThat(send(request.with("If-None-Match", "\"x\"").with("If-None-Match", entityTag())))
        .extracting(Response::status)
        .isEqualTo(304);
  }

  @Test
  void callsTheTagOfAFileStrongOnlyOnceItIsOldEnough() throws IOException {
    FileTime justNow = FileTime.from(NOW.minusMillis(1500));
    Files.setLastModifiedTime(root.resolve("digits.txt"), justNow);
    Response response = get("digits.txt");
    String weak = header(response, "ETag");
    assertThat(weak).startsWith("W/\"");
    FakeRequest request = FakeRequest.get("/static/digits.txt");
    assertThat(send(request.with("If-None-Match", weak)).status()).isEqualTo(304);
    assertThat(send(request.with("If-Match", weak)).status()).isEqualTo(412);
    assertThat(send(request.with("Range", "bytes=0-1").with("If-Range", weak)).status())
        .isEqualTo(200);
    String date = header(response, "Last-Modified");
    assertThat(send(request.with("Range", "bytes=0-1").with("If-Range", date)).status())
        .isEqualTo(200);
  }

  @Test
  void givesNoDateFromTheFuture() throws IOException {
    FileTime tomorrow = FileTime.from(NOW.plusSeconds(86_400));
    Files.setLastModifiedTime(root.resolve("digits.txt"), tomorrow);
    assertThat(header(get("digits.txt"), "Last-Modified"))
        .isEqualTo("Sun, 01 Mar 2026 12:00:00 GMT");
  }

  @Test
  void givesAnotherTagWhenTheFileChanges() throws IOException {
    String before = entityTag();
    Path file = root.resolve("digits.txt");
    Files.setLastModifiedTime(file, FileTime.from(MODIFIED.plusNanos(1000)));
    assertThat(entityTag()).isNotEqualTo(before);
    write(file, CONTENT + "x");
    assertThat(entityTag()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, bytes 0-0/10",
    "bytes=2-4, 234, bytes 2-4/10",
    "bytes=7-, 789, bytes 7-9/10",
    "bytes=-3, 789, bytes 7-9/10",
    "bytes=5-500, 56789, bytes 5-9/10",
  })
  void sendsOneRange(String range, String content, String contentRange) throws IOException {
    Response response = send(FakeRequest.get("/static/digits.txt").with("Range", range));
    assertThat(response.status()).isEqualTo(206);
    assertThat(content(response)).isEqualTo(content);
    assertThat(header(response, "Content-Range")).isEqualTo(contentRange);
    assertThat(header(response, "ETag")).isEqualTo(entityTag());
  }

  @Test
  void tellsTheLengthWhenARangeHasNoByte() throws IOException {
    Response response = send(FakeRequest.get("/static/digits.txt").with("Range", "bytes=10-"));
    assertProblem(response, 416, "range-not-satisfiable");
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
  }

  @Test
  void sendsTheWholeForSeveralRangesAndForHead() throws IOException {
    FakeRequest request = FakeRequest.get("/static/digits.txt");
    assertWhole(send(request.with("Range", "bytes=0-1,3-4")));
    assertWhole(send(request.with("Range", "bytes=0-1").withMethod("HEAD")));
    assertWhole(send(request.with("Range", "bytes=99-").withMethod("HEAD")));
  }

  @Test
  void sendsARangeOnlyOfTheVersionThatIfRangeNames() throws IOException {
    FakeRequest request = FakeRequest.get("/static/digits.txt").with("Range", "bytes=0-1");
    assertThat(send(request.with("If-Range", entityTag())).status()).isEqualTo(206);
    assertThat(send(request.with("If-Range", LAST_MODIFIED)).status()).isEqualTo(206);
    assertWhole(send(request.with("If-Range", "\"other\"")));
    assertWhole(send(request.with("If-Range", "W/" + entityTag())));
    assertWhole(send(request.with("If-Range", "Sun, 01 Mar 2026 08:30:15 GMT")));
    assertWhole(send(request.with("If-Range", "rubbish")));
    assertWhole(send(request.with("Range", "bytes=99-").with("If-Range", "\"other\"")));
  }

  @Test
  void servesAnEmptyFile() throws IOException {
    write(root.resolve("empty"), "");
    assertThat(content(get("empty"))).isEmpty();
    FakeRequest request = FakeRequest.get("/static/empty");
    assertThat(send(request.with("Range", "bytes=-5")).status()).isEqualTo(200);
    Response response = send(request.with("Range", "bytes=0-"));
    assertProblem(response, 416, "range-not-satisfiable");
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */0");
  }

  @Test
  void leavesNoDescriptorOpenWhenItSendsNoFile() throws IOException {
    FakeRequest request = FakeRequest.get("/static/digits.txt");
    write(root.resolve("large.bin"), "x".repeat(16 * 1024 + 1));
    FakeRequest large = FakeRequest.get("/static/large.bin");
    long before = openDescriptors();
    for (int i = 0; i < 50; i++) {
      assertThat(send(request.with("If-None-Match", "*")).status()).isEqualTo(304);
      assertThat(send(request.with("If-Match", "\"x\"")).status()).isEqualTo(412);
      assertThat(send(request.with("Range", "bytes=99-")).status()).isEqualTo(416);
      assertThat(send(large.with("If-None-Match", "*")).status()).isEqualTo(304);
      assertThat(send(large.with("If-Match", "\"x\"")).status()).isEqualTo(412);
      assertThat(send(large.with("Range", "bytes=99999-")).status()).isEqualTo(416);
      assertThat(get("sub").status()).isEqualTo(301);
      assertThat(get("sub/deep/er/missing").status()).isEqualTo(404);
    }
    // Some slack for what the JVM itself opens meanwhile.
    assertThat(openDescriptors()).isLessThan(before + 25);
  }

  @Test
  void servesGetUnderItsPrefix() {
    assertThat(files.path()).isEqualTo("/static/");
    assertThat(files.methods()).containsExactly("GET");
    assertThat(files.name()).isEqualTo("static");
  }

  // Descriptors of files in the folder.
  private long openHere() throws IOException {
    long count = 0;
    try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path entry : entries) {
        try {
          count += Files.readSymbolicLink(entry).startsWith(root) ? 1 : 0;
        } catch (NoSuchFileException closed) {
          // it was another thread's
        }
      }
    }
    return count;
  }

  private static long openDescriptors() throws IOException {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    }
  }

  private Response get(String name) throws IOException {
    return send(FakeRequest.get("/static/" + name));
  }

  private Response send(FakeRequest request) throws IOException {
    Response response = files.handle(request);
    if (response.body() instanceof Body.File file) {
      handedOut.add(file);
    }
    return response;
  }

  private String entityTag() throws IOException {
    return header(get("digits.txt"), "ETag");
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
  }

  private static void assertWhole(Response response) throws IOException {
    assertThat(response.status()).isEqualTo(200);
    assertThat(content(response)).isEqualTo(CONTENT);
  }

  private void assertProblem(Response response, int status, String type) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    byte[] bytes = ((Body.Bytes) response.body()).bytes();
    assertThat(new String(bytes, UTF_8))
        .contains("\"/problems/" + type + "\"")
        .doesNotContain(temp.toString())
        .doesNotContain("secret");
  }

  private static String header(Response response, String name) {
    @Nullable String value =
        response.headers().stream()
            .filter(h -> h.name().equals(name))
            .map(Response.Header::value)
            .findFirst()
            .orElse(null);
    assertThat(value).as(name).isNotNull();
    return value;
  }

  private static String content(Response response) throws IOException {
    return switch (response.body()) {
      case Body.Bytes(byte[] bytes) -> new String(bytes, UTF_8);
      case Body.File file -> content(file);
    };
  }

  private static String content(Body.File file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.length());
    while (buffer.hasRemaining()
        && file.channel().read(buffer, file.position() + buffer.position()) >= 0) {
      assertThat(buffer.position()).isPositive();
    }
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
  }
}
