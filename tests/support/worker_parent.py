"""A program of its own: prints the process id of a worker, then hangs in a call to it.

Run as `python -m tests.support.worker_parent MARK`, for the test that kills it; the worker makes
the file MARK when it begins to hang.
"""

from __future__ import annotations

import sys
import threading

from devices.wire import Message
from devices.worker import Worker, WorkerFailed, WorkerSpec


def _decode(message: Message) -> str:
    return str(message.head)


def main() -> None:
    """Start the worker from a thread that ends, as a lane may; then let it hang."""
    worker = Worker(WorkerSpec("child", "tests.support.hosted:host", {"greeting": "hello"}))
    starter = threading.Thread(target=worker.call, args=("echo", {"said": "x"}, 20.0, _decode))
    starter.start()
    starter.join()
    answer = worker.call("echo", {"said": "x"}, 1.0, _decode)
    sys.stdout.write(f"{'failed' if isinstance(answer, WorkerFailed) else worker.pid}\n")
    sys.stdout.flush()
    worker.call("hang", {"mark": sys.argv[1]}, 600.0, _decode)


if __name__ == "__main__":
    main()
