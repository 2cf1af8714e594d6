"""Lanes: tasks in order, rounds in between, tools of one thread, and bugs that are told."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from kiosk.errors import DiskFull
from kiosk.lanes import Lane
from tests.support.waiting import wait_until


@dataclass
class FakeTool:
    """Remembers what was done with it, and on which thread."""

    acts: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def do(self, act: str) -> None:
        """Note an act."""
        self.acts.append(act)
        self.threads.add(threading.get_ident())


@dataclass
class Stand:
    """A lane with its tool and the bugs that it told."""

    tool: FakeTool = field(default_factory=FakeTool)
    bugs: list[BaseException] = field(default_factory=list)
    lanes: list[Lane[FakeTool]] = field(default_factory=list)

    def lane(self, work: float | None = None) -> Lane[FakeTool]:
        """Start a lane; `work` is what each round answers."""

        def open_tool() -> FakeTool:
            self.tool.do("open")
            return self.tool

        def go_round(tool: FakeTool) -> float:
            tool.do("round")
            return work or 0.0

        lane = Lane(
            "tested",
            open_tool,
            lambda tool: tool.do("close"),
            self.bugs.append,
            None if work is None else go_round,
        )
        lane.start()
        self.lanes.append(lane)
        return lane


@pytest.fixture
def stand() -> Iterator[Stand]:
    """Lanes that end with the test."""
    stand = Stand()
    yield stand
    for lane in stand.lanes:
        assert lane.stop(10)


def test_tasks_are_done_in_order_on_one_thread(stand: Stand) -> None:
    """Opening, tasks and closing happen on the lane's thread, which is not the caller's."""
    lane = stand.lane()
    for number in range(20):
        lane.submit(lambda tool, n=number: tool.do(str(n)))  # type: ignore[misc]
    assert lane.stop(10)
    assert stand.tool.acts == ["open", *map(str, range(20)), "close"]
    assert len(stand.tool.threads) == 1
    assert threading.get_ident() not in stand.tool.threads


def test_what_waits_is_done_before_the_end(stand: Stand) -> None:
    """Stopping leaves nothing undone."""
    lane = stand.lane()
    gate = threading.Event()

    def wait(_: FakeTool) -> None:
        gate.wait(10)

    lane.submit(wait)
    lane.submit(lambda tool: tool.do("last"))
    stopping = threading.Thread(target=lane.stop)
    stopping.start()
    gate.set()
    stopping.join(10)
    assert stand.tool.acts == ["open", "last", "close"]


def test_rounds_follow_each_other_until_they_rest(stand: Stand) -> None:
    """Without a task a lane goes round; a long rest ends with a task or a wake."""
    lane = stand.lane(work=3600.0)
    wait_until(lambda: stand.tool.acts.count("round") == 1)
    lane.wake()
    wait_until(lambda: stand.tool.acts.count("round") == 2)
    lane.submit(lambda tool: tool.do("task"))
    wait_until(lambda: stand.tool.acts[-2:] == ["task", "round"])


def test_restless_rounds_let_tasks_through_and_end(stand: Stand) -> None:
    """A lane that never rests still takes tasks, and stops."""
    lane = stand.lane(work=0.0)
    wait_until(lambda: stand.tool.acts.count("round") > 100)
    done = threading.Event()
    lane.submit(lambda _: done.set())
    assert done.wait(10)
    assert lane.stop(10)
    assert stand.tool.acts[-1] == "close"


def test_a_bug_is_told_and_ends_the_lane(stand: Stand) -> None:
    """The tool is closed, the bug told once; what comes later is not done, and stopping works."""
    lane = stand.lane()

    def break_it(_: FakeTool) -> None:
        raise ZeroDivisionError("a bug")

    lane.submit(break_it)
    wait_until(lambda: stand.bugs)
    lane.submit(lambda tool: tool.do("never"))
    assert lane.stop(10)
    assert [type(bug) for bug in stand.bugs] == [ZeroDivisionError]
    assert stand.tool.acts == ["open", "close"]


def test_a_tool_that_cannot_be_opened_is_told() -> None:
    """The lane ends with it."""
    bugs: list[BaseException] = []

    def fail() -> None:
        raise RuntimeError("no tool")

    lane = Lane("tested", fail, lambda _: None, bugs.append)
    lane.start()
    wait_until(lambda: bugs)
    assert lane.stop(10)


def test_what_came_right_before_the_end_is_done(stand: Stand) -> None:
    """It found nothing to do; a task and the end come before it looks whether it is to end."""

    class LateQueue(queue.SimpleQueue[Callable[[FakeTool], None] | None]):
        def get_nowait(self) -> Callable[[FakeTool], None] | None:
            try:
                return super().get_nowait()
            except queue.Empty:
                lane.submit(lambda tool: tool.do("late"))
                lane._is_stopping.set()
                self.put(None)
                raise

    lane = Lane("tested", lambda: stand.tool, lambda tool: tool.do("close"), stand.bugs.append)
    lane._tasks = LateQueue()
    lane.start()
    wait_until(lambda: "close" in stand.tool.acts)
    assert stand.tool.acts == ["late", "close"]


@pytest.mark.may_warn("that a lane waits is told")
def test_what_may_pass_is_waited_for(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """Opening is tried again, and told once; what was submitted meanwhile is done then."""
    tries: list[int] = []
    bugs: list[BaseException] = []

    def open_tool() -> FakeTool:
        tries.append(1)
        if len(tries) < 3:
            raise DiskFull("The disk is full.")
        return stand.tool

    def may_pass(error: BaseException) -> bool:
        return isinstance(error, DiskFull)

    lane = Lane("tested", open_tool, lambda _: None, bugs.append, None, may_pass, 0.01)
    lane.submit(lambda tool: tool.do("waited"))
    lane.start()
    wait_until(lambda: stand.tool.acts == ["waited"])
    assert lane.stop(10)
    assert (len(tries), bugs) == (3, [])
    assert caplog.text.count("LANE_WAITS name=tested why=E-DB-01") == 1


@pytest.mark.may_warn("that a lane waits is told")
def test_a_lane_that_waits_for_its_tool_can_be_stopped() -> None:
    """At once, and it is no bug."""
    tries: list[int] = []
    bugs: list[BaseException] = []

    def fail() -> FakeTool:
        tries.append(1)
        raise DiskFull("The disk is full.")

    lane = Lane("tested", fail, lambda _: None, bugs.append, None, lambda _: True, 3600.0)
    lane.start()
    wait_until(lambda: tries)
    assert lane.stop(10)
    assert bugs == []


def test_a_lane_that_never_started_can_be_stopped() -> None:
    """Stopping is always allowed."""
    assert Lane("tested", FakeTool, lambda _: None, lambda _: None).stop(1)
