"""How gunicorn serves beside Percore; what differs between rows stands on the command line."""
import time

backlog = 1024
keepalive = 120
accesslog = None
# Its workers write a sign of life into a file: not on a disk.
worker_tmp_dir = "/dev/shm"


def pre_fork(server, worker):
    worker.forked = time.monotonic()


def post_worker_init(worker):
    print(f"worker ready after {(time.monotonic() - worker.forked) * 1e3:.1f} ms", flush=True)
