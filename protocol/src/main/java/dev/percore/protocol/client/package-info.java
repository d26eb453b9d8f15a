/// The client for Java programs: a pool of processes that compute, in the manner of Python's
/// `multiprocessing.Pool`, over the server's own HTTP.
///
/// ```java
/// try (var pool = ProcessPool.start(4)) {
///   Result one = pool.apply("fibonacci", Map.of("n", 90));
///   pool.applyAsync("count", Map.of("n", 1_000_000)).thenAccept(System.out::println);
///   List<Result> all = pool.map("primes", List.of(10, 100, 1000));
///   pool.close();
///   pool.join();
/// }
/// ```
///
/// It stands apart from the rest of this module: it needs the JDK and Jackson.
@NullMarked
package dev.percore.protocol.client;

import org.jspecify.annotations.NullMarked;
