package dev.percore.worker.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FileCacheTest {
  private static final long VALID = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong(-7);
  private final FileCache cache = new FileCache(10_000, Duration.ofNanos(VALID), clock::get);

  @Test
  void hasNoMoreThanItMayHave() {
    HeldFile first = file(4_000);
    HeldFile second = file(3_000);
    keep("/a", first);
    keep("/b", second);
    assertThat(cache.find("/a")).isSameAs(first);
    assertThat(cache.find("/b")).isSameAs(second);
    keep("/c", file(1_000));
    assertThat(cache.find("/c")).as("with what an entry takes beside it, too much").isNull();
    assertThat(cache.find("/a")).as("nothing gives way that is still good").isSameAs(first);
  }

  @Test
  void makesRoomByWhatIsOld() {
    keep("/a", file(4_000));
    clock.addAndGet(VALID / 2);
    HeldFile younger = file(3_000);
    keep("/b", younger);
    clock.addAndGet(VALID / 2);
    HeldFile newcomer = file(4_000);
    keep("/c", newcomer);
    assertThat(cache.find("/a")).isNull();
    assertThat(cache.find("/b")).isSameAs(younger);
    assertThat(cache.find("/c")).isSameAs(newcomer);
  }

  @Test
  void aNewVersionTakesThePlaceOfTheOldOne() {
    for (int i = 0; i < 10; i++) {
      HeldFile version = file(4_000);
      keep("/a", version);
      assertThat(cache.find("/a")).isSameAs(version);
    }
  }

  @Test
  void whatIsFoundTooOldMakesRoom() {
    keep("/old", file(4_000));
    clock.addAndGet(VALID - 1);
    keep("/young", file(3_000));
    clock.addAndGet(1);
    keep("/sweeps", file(8_000));
    assertThat(cache.find("/sweeps")).as("there is no room for it").isNull();
    clock.addAndGet(VALID - 1);
    assertThat(cache.find("/young")).as("too old, and there was a sweep just now").isNull();
    keep("/next", file(8_000));
    assertThat(cache.find("/next")).isNotNull();
  }

  @Test
  void ageCountsFromWhenItWasRead() {
    long read = cache.now();
    clock.addAndGet(VALID - 1);
    cache.keep("/a", file(1), read);
    assertThat(cache.find("/a")).isNotNull();
    clock.addAndGet(1);
    assertThat(cache.find("/a")).isNull();
  }

  @Test
  void keepsNothingWithoutMemory() {
    FileCache none = new FileCache(0, Duration.ofSeconds(1), clock::get);
    none.keep("/a", file(0), none.now());
    assertThat(none.find("/a")).isNull();
  }

  private void keep(String path, HeldFile file) {
    cache.keep(path, file, cache.now());
  }

  private static HeldFile file(int length) {
    var validators = new Validators("\"x\"", Instant.EPOCH, true);
    return new HeldFile(
        new Representation(
            new Header("Content-Type", "text/plain"),
            validators,
            new Header("ETag", "\"x\""),
            length),
        new byte[length]);
  }
}
