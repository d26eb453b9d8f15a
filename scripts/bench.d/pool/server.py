"""What Percore serves, for gunicorn: /healthz, and /calc?n= that counts in the worker."""
from urllib.parse import parse_qs


def app(environ, start_response):
    body = b"ok\n"
    if environ["PATH_INFO"] == "/calc":
        total = 0
        for _ in range(int(parse_qs(environ["QUERY_STRING"])["n"][0])):
            total += 1
        body = str(total).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
