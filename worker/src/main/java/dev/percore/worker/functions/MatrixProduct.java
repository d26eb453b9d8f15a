package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// The product of two random square matrices, in blocks that fit the core's cache.
///
/// The elements of the first matrix, row by row, then those of the second are the generator's
/// doubles, spread over -1 to 1. Each element of the product is summed from left to right, as by
/// hand, so that the answer is the same to the last bit everywhere.
public final class MatrixProduct implements ComputeFunction {
  // Three matrices of doubles: 1,200² * 8 * 3 bytes = 35 MB.
  private static final long N_MAXIMUM = 1200;
  private static final int BLOCK = 64;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "matmul",
        "The product of two seeded random n by n matrices: trace, sum and checksum.",
        List.of(
            new Parameter.Whole("n", "rows and columns", 1, N_MAXIMUM, 200L),
            new Parameter.Whole("seed", "seed of SplitMix64", 0, (1L << 53) - 1, 1L)),
        Map.of("n", 100, "seed", 1),
        arguments -> Math.pow((double) arguments.whole("n"), 3),
        Math.pow((double) N_MAXIMUM, 3),
        "multiplications");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    int n = (int) arguments.whole("n");
    SplitMix64 random = new SplitMix64(arguments.whole("seed"));
    double[] left = matrix(n, random);
    double[] right = matrix(n, random);
    return ComputeResult.json(summary(n, product(n, left, right, context)));
  }

  static double[] matrix(int n, SplitMix64 random) {
    double[] matrix = new double[n * n];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = 2 * random.nextDouble() - 1;
    }
    return matrix;
  }

  static double[] product(int n, double[] left, double[] right, ComputeContext context) {
    double[] product = new double[n * n];
    for (int block = 0; block < n; block += BLOCK) {
      int end = Math.min(n, block + BLOCK);
      for (int row = 0; row < n; row++) {
        context.checkCancelled();
        for (int k = block; k < end; k++) {
          addRow(product, row * n, left[row * n + k], right, k * n, n);
        }
      }
    }
    return product;
  }

  private static void addRow(
      double[] product, int to, double factor, double[] right, int from, int n) {
    for (int column = 0; column < n; column++) {
      product[to + column] += factor * right[from + column];
    }
  }

  static Map<String, Object> summary(int n, double[] product) {
    double trace = 0;
    double sum = 0;
    CRC32 checksum = new CRC32();
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES);
    for (int i = 0; i < product.length; i++) {
      trace += i % (n + 1) == 0 ? product[i] : 0;
      sum += product[i];
      checksum.update(bytes.clear().putDouble(product[i]).flip());
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("trace", trace);
    summary.put("sum", sum);
    // CRC-32 of the elements, row by row, as big-endian IEEE 754 doubles.
    summary.put("checksum", "%08x".formatted(checksum.getValue()));
    return summary;
  }
}
