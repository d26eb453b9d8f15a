/// `scripts/bench pool`: prints its tables.
public final class Pool {
  private Pool() {}

  public static void main(String[] arguments) throws Exception {
    Setup setup = Setup.fromProperties();
    new Makespan(setup).print();
    PythonPool python = PythonPool.measure(setup);
    new Classic(setup, python).print();
    new Latencies(setup).print();
    new Dispatch(setup, python).print();
  }
}
