"""What Percore serves, for gunicorn: /healthz, and /calc?n= that counts in the worker."""
import json
import os
import time
from urllib.parse import parse_qs


def count(n):
    began = time.perf_counter()
    total = 0
    for _ in range(n):
        total += 1
    return {
        "function": "count", "arguments": {"n": n}, "result": total,
        "worker": {"slot": 0, "pid": os.getpid(), "thread": "main", "thread_id": 0},
        "queued_us": 0, "computed_us": int((time.perf_counter() - began) * 1e6),
        "cpu_us": 0, "allocated_bytes": 0,
    }


def app(environ, start_response):
    kind, body = "text/plain; charset=utf-8", b"ok"
    if environ["PATH_INFO"] == "/calc":
        n = int(parse_qs(environ["QUERY_STRING"])["n"][0])
        kind, body = "application/json", json.dumps(count(n), separators=(",", ":")).encode()
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
