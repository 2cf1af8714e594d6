"""Lanes: plain threads that each do one kind of slow work, with tools they open and close
themselves.

A lane takes tasks in order; with nothing to do it may go round (`work`), as a reader does that is
asked again and again. What can hang
lives behind a port in a worker process, so that `stop` always comes back. A bug in a task is told
to `on_bug` and ends the lane.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_Tool = TypeVar("_Tool")
FOREVER_S = 3600.0
OPEN_AGAIN_S = 5.0


class Lane(Generic[_Tool]):
    """One thread with one set of tools, made by `open_tool` inside it and let go by
    `close_tool`.
    """

    def __init__(
        self,
        name: str,
        open_tool: Callable[[], _Tool],
        close_tool: Callable[[_Tool], None],
        on_bug: Callable[[BaseException], None],
        work: Callable[[_Tool], float] | None = None,
        may_pass: Callable[[BaseException], bool] = lambda _: False,
        again_s: float | None = None,
    ) -> None:
        """Prepare the lane; `start` starts it.

        Args:
            name: Of the thread.
            open_tool: Called inside the thread, once if it comes to its end. What it raises is
                told to `on_bug`, unless it may pass.
            close_tool: Called once at the end, inside the thread.
            on_bug: Called inside the thread with what a task or a round raised.
            work: One round; returns how many seconds the next one can wait. None: tasks only.
            may_pass: Called inside the thread; says whether what `open_tool` raised may be over
                soon. Opening is tried again then, and what is submitted waits.
            again_s: Seconds between two tries of opening; `OPEN_AGAIN_S` if not given.
        """
        self._open_tool = open_tool
        self._close_tool = close_tool
        self._on_bug = on_bug
        self._work = work
        self._may_pass = may_pass
        self._again_s = OPEN_AGAIN_S if again_s is None else again_s
        self._tasks: queue.SimpleQueue[Callable[[_Tool], None] | None] = queue.SimpleQueue()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, task: Callable[[_Tool], None]) -> None:
        """Have a task done after those that wait already; from any thread."""
        self._tasks.put(task)

    def wake(self) -> None:
        """Have the next round begin now; from any thread."""
        self._tasks.put(_nothing)

    def stop(self, timeout_s: float = 30.0) -> bool:
        """End after the task at hand; tasks that wait are done first. Say whether it ended in
        time.
        """
        self._is_stopping.set()
        self._tasks.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _open(self) -> _Tool | None:
        """Return the tool; None if the lane is to end before it could be opened."""
        is_told = False
        while True:
            try:
                return self._open_tool()
            except Exception as error:
                if not self._may_pass(error):
                    raise
                if not is_told:
                    _log.warning("LANE_WAITS name=%s why=%s", self._thread.name, error)
                is_told = True
            if self._is_stopping.wait(self._again_s):
                return None

    def _run(self) -> None:
        try:
            tool = self._open()
            if tool is None:
                return
            try:
                self._loop(tool)
            finally:
                self._close_tool(tool)
        except BaseException as bug:  # noqa: BLE001 - a thread's last word; `on_bug` shows it
            self._on_bug(bug)

    def _loop(self, tool: _Tool) -> None:
        wait_s = 0.0
        while True:
            try:
                task = (
                    self._tasks.get(timeout=max(wait_s, 0.0)) if wait_s > 0 else _take(self._tasks)
                )
            except queue.Empty:
                if self._is_stopping.is_set():
                    wait_s = FOREVER_S  # tasks may have come meanwhile; the end comes after them
                    continue
                wait_s = FOREVER_S if self._work is None else self._work(tool)
                continue
            if task is None:
                return
            task(tool)
            wait_s = 0.0


def _take(
    tasks: queue.SimpleQueue[Callable[[_Tool], None] | None],
) -> Callable[[_Tool], None] | None:
    return tasks.get_nowait()


def _nothing(_: object) -> None:
    """Do nothing: its coming wakes the lane."""
