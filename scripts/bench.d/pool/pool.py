"""Python's multiprocessing.Pool: the classic, and the median round trip of apply."""
import multiprocessing
import statistics
import sys
import time


def count(n):
    total = 0
    for _ in range(n):
        total += 1
    return total


if __name__ == "__main__":
    workers, n, calls = map(int, sys.argv[1:])
    with multiprocessing.Pool(workers) as pool:
        pool.map(count, [1] * workers)
        began = time.perf_counter()
        pool.map(count, [n] * 5, 1)
        classic = time.perf_counter() - began
        times = []
        for _ in range(calls):
            began = time.perf_counter()
            pool.apply(count, (1,))
            times.append(time.perf_counter() - began)
    print(classic, statistics.median(times) * 1e6)
