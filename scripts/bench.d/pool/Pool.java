package pool;

/// A table of `scripts/bench pool`, by its name.
public final class Pool {
  private Pool() {}

  public static void main(String[] arguments) throws Exception {
    Setup setup = Setup.fromProperties();
    switch (arguments[0]) {
      case "makespan" -> new Makespan(setup).print();
      case "classic" -> new Classic(setup, PythonPool.measure(setup)).print();
      case "latencies" -> new Latencies(setup).print();
      case "dispatch" -> new Dispatch(setup, PythonPool.measure(setup)).print();
      default -> throw new IllegalArgumentException("no table: " + arguments[0]);
    }
  }
}
