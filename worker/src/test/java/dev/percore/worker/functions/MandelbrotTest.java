package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.api.ComputeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MandelbrotTest {
  private static final int BLACK = 0xff000000;

  @Test
  void aRowCountsIterationsUntilEscape() throws Exception {
    List<Integer> expected = new ArrayList<>();
    for (int column = 0; column < 64; column++) {
      double x = -0.5 + (column + 0.5 - 32) * 3.5 / 64;
      double y = (48 / 2.0 - 10.5) * 3.5 / 64;
      expected.add(escape(x, y, 100));
    }
    assertThat(row(10)).isEqualTo(expected);
  }

  @Test
  void theImageIsSymmetricAboutTheRealAxis() throws Exception {
    assertThat(row(0)).isEqualTo(row(47));
    assertThat(row(23)).isEqualTo(row(24));
  }

  @Test
  void theImageIsAPngThatShowsTheCounts() throws Exception {
    byte[] png =
        Calls.binary(new Mandelbrot(), Map.of("width", 64L, "height", 48L, "iterations", 100L));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(64);
    assertThat(image.getHeight()).isEqualTo(48);
    for (int y = 0; y < 48; y++) {
      List<Integer> counts = row(y);
      for (int x = 0; x < 64; x++) {
        assertThat(image.getRGB(x, y) == BLACK).isEqualTo(counts.get(x) == 100);
      }
    }
  }

  @Test
  void thePointsOfTheSetAreNeverLeft() throws Exception {
    Object centre =
        Calls.json(
            new Mandelbrot(),
            Map.of("width", 1L, "height", 1L, "iterations", 5000L, "x", -1.0, "y", 0.0, "row", 0L));
    assertThat(centre).isEqualTo(List.of(5000));
  }

  @Test
  void refusesARowBelowTheImage() {
    assertThatThrownBy(() -> row(48))
        .isInstanceOf(ComputeException.class)
        .hasMessageContaining("from 0 to 47");
  }

  @Test
  void anImageOfNoiseStaysSmallInMemory() throws Exception {
    byte[] png =
        Calls.binary(new Mandelbrot(), Map.of("width", 2048L, "height", 2048L, "iterations", 1L));
    assertThat(png.length).isLessThan(5 << 20);
  }

  private static List<Integer> row(long row) throws Exception {
    return Calls.list(
        Calls.json(
            new Mandelbrot(), Map.of("width", 64L, "height", 48L, "iterations", 100L, "row", row)));
  }

  private static int escape(double x, double y, int most) {
    double a = 0;
    double b = 0;
    for (int i = 0; i < most; i++) {
      if (a * a + b * b > 4) {
        return i;
      }
      double next = a * a - b * b + x;
      b = 2 * a * b + y;
      a = next;
    }
    return most;
  }
}
