package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The Mandelbrot set, as an image or as the iteration counts of one row of it.
public final class Mandelbrot implements ComputeFunction {
  private static final double COST_LIMIT = 1e10;
  private static final long WHOLE_IMAGE = -1;
  private static final int COLOURS = 256;
  private static final byte[] PALETTE = palette();

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "mandelbrot",
        "The Mandelbrot set as a PNG image, or one row of it as iteration counts.",
        List.of(
            new Parameter.Whole("width", "pixels in a row", 1, 2048, 640L),
            new Parameter.Whole("height", "rows", 1, 2048, 480L),
            new Parameter.Whole("iterations", "most iterations for a pixel", 1, 1_000_000, 256L),
            new Parameter.Real("x", "real part of the centre", -4, 4, -0.5),
            new Parameter.Real("y", "imaginary part of the centre", -4, 4, 0.0),
            new Parameter.Real("span", "width of the view on the real axis", 1e-13, 16, 3.5),
            new Parameter.Whole(
                "row", "the one row to give, from 0; -1 for an image", -1, 2047, WHOLE_IMAGE)),
        Map.of("width", 320, "height", 240),
        Mandelbrot::cost,
        COST_LIMIT,
        "pixel iterations");
  }

  private static double cost(Arguments arguments) {
    double rows = arguments.whole("row") == WHOLE_IMAGE ? arguments.whole("height") : 1;
    return rows * arguments.whole("width") * arguments.whole("iterations");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) throws ComputeException {
    View view = View.of(arguments);
    long row = arguments.whole("row");
    if (row == WHOLE_IMAGE) {
      byte[] image =
          Png.write(
              view.width, view.height, PALETTE, (line, pixels) -> view.fill(line, pixels, context));
      return ComputeResult.binary("image/png", image);
    }
    if (row >= view.height) {
      throw new ComputeException(
          "row", "the image has rows from 0 to " + (view.height - 1) + ", not " + row);
    }
    return ComputeResult.json(view.counts((int) row, context));
  }

  /// The rectangle that is looked at. Pixels are square; a pixel's point is its centre.
  private record View(int width, int height, int iterations, double x, double y, double span) {

    static View of(Arguments arguments) {
      return new View(
          (int) arguments.whole("width"),
          (int) arguments.whole("height"),
          (int) arguments.whole("iterations"),
          arguments.real("x"),
          arguments.real("y"),
          arguments.real("span"));
    }

    List<Integer> counts(int row, ComputeContext context) {
      List<Integer> counts = new ArrayList<>(width);
      for (int column = 0; column < width; column++) {
        counts.add(count(column, row, context));
      }
      return counts;
    }

    /// Black inside of the set; outside the colours repeat.
    void fill(int row, byte[] pixels, ComputeContext context) {
      for (int column = 0; column < width; column++) {
        int count = count(column, row, context);
        pixels[column] = (byte) (count == iterations ? 0 : 1 + count % (COLOURS - 1));
      }
    }

    /// How often z = z² + c can be applied, from zero, until |z| exceeds 2; `iterations` if it
    /// never does.
    private int count(int column, int row, ComputeContext context) {
      context.checkCancelled();
      double pixel = span / width;
      double real = x + (column + 0.5 - width / 2.0) * pixel;
      double imaginary = y - (row + 0.5 - height / 2.0) * pixel;
      return escape(real, imaginary, iterations);
    }
  }

  private static int escape(double real, double imaginary, int iterations) {
    double a = 0;
    double b = 0;
    int count = 0;
    while (count < iterations) {
      double aa = a * a;
      double bb = b * b;
      if (aa + bb > 4) {
        break;
      }
      b = 2 * a * b + imaginary;
      a = aa - bb + real;
      count++;
    }
    return count;
  }

  // Black, then one turn through blue, white, gold and back.
  private static byte[] palette() {
    byte[] palette = new byte[3 * COLOURS];
    for (int i = 1; i < COLOURS; i++) {
      double turn = 2 * Math.PI * i / (COLOURS - 1);
      palette[3 * i] = channel(turn - 2.2);
      palette[3 * i + 1] = channel(turn - 1.8);
      palette[3 * i + 2] = channel(turn - 1.0);
    }
    return palette;
  }

  private static byte channel(double turn) {
    return (byte) Math.round(127.5 + 127.5 * StrictMath.cos(turn));
  }
}
