"""The technician's screen: every part with one sentence of advice, the queue in counts, versions,
settings. Never contents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.flow.session import Session, StaffPanel
from kiosk.flow.world import World
from kiosk.readiness import Health, PortName, PortReport, QueueLine, Report
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.words import age_words, here, moment_words

CAN_BE_TESTED = (
    PortName.CARD_READER,
    PortName.CAMERA,
    PortName.DOCUMENT_CAMERA,
    PortName.FACE_MATCHER,
    PortName.PRINTER,
    PortName.OFFICE_PRINTER,
    PortName.PLATFORM,
    PortName.SPEAKER,
    PortName.STORE,
)
_LIVE = frozenset({PortName.CAMERA, PortName.DOCUMENT_CAMERA})
_ICONS = {
    Health.READY: "check",
    Health.WARNING: "warning",
    Health.BROKEN: "stop",
    Health.OFF: "more",
}
_TONES = {Health.READY: "ok", Health.WARNING: "warm", Health.BROKEN: "warm", Health.OFF: "muted"}


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part; `test` is the word on its button, "" where there is nothing to test, and so is
    `refill`, for paper that was put in.
    """

    port: PortName
    icon: str
    tone: str
    title: str
    sentence: str
    advice: str
    tested: str
    test: str
    is_testing: bool
    refill: str = ""
    is_refilling: bool = False
    """It is asked whether it is so: `refill` says yes, `keep` says no."""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """How many entries are in one state."""

    title: str
    count: str
    age: str
    reason: str


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    """Three pages of facts."""

    tabs: tuple[str, str, str]
    as_of: str
    parts: tuple[PartRow, ...]
    queue: tuple[QueueRow, ...]
    queue_empty: str
    facts_titles: tuple[str, str]
    versions: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    live: str
    """Name of the live picture, "" while the camera is not being tested."""
    live_result: str
    """What the test of the camera found so far."""
    again: str
    end: str
    pager: Pager
    bar: Bar


def maintenance_view(session: Session, world: World, texts: Texts) -> MaintenanceView:
    """Return what the technician sees."""
    panel = session.staff
    report = None if panel is None else panel.report
    looks = None if panel is None or panel.testing not in _LIVE else panel.testing
    if report is None:
        as_of = texts.say("maintenance.looking")
    else:
        moment = moment_words(here(report.at, world), texts)
        as_of = texts.say("maintenance.as_of", moment=moment)
    return MaintenanceView(
        tabs=(
            texts.say("maintenance.parts"),
            texts.say("maintenance.queue"),
            texts.say("maintenance.more"),
        ),
        as_of=as_of,
        parts=_parts(panel, report, texts),
        queue=() if report is None else tuple(_line(q, world, texts) for q in report.queue),
        queue_empty=texts.say("maintenance.queue_empty" if report else "maintenance.looking"),
        facts_titles=(texts.say("maintenance.versions"), texts.say("maintenance.settings")),
        versions=() if report is None else report.versions,
        settings=() if report is None else report.settings,
        live=texts.say("maintenance.live") if looks else "",
        live_result=_result(panel, looks),
        again=texts.say("maintenance.again"),
        end=texts.say("maintenance.end"),
        pager=pager(texts),
        bar=Bar(texts.say("maintenance.close"), texts.say("maintenance.send")),
    )


def _parts(panel: StaffPanel | None, report: Report | None, texts: Texts) -> tuple[PartRow, ...]:
    testing = None if panel is None else panel.testing
    refilling = None if panel is None else panel.refilling
    tests = {} if panel is None else {test.port: test for test in panel.tests}
    if report is not None:
        found: tuple[PortReport, ...] = report.ports
    else:  # the parts can be tested before the doctor has looked at all of them
        can = [port for port in CAN_BE_TESTED if port is not PortName.OFFICE_PRINTER]
        found = tuple(PortReport(port, Health.OFF, "", "") for port in can)
    rows = (
        _part(part, tests.get(part.port), testing, texts, is_known=report is not None)
        for part in found
    )
    return tuple(
        _with_refill(row, part, texts, is_asked=refilling is part.port)
        for row, part in zip(rows, found, strict=True)
    )


def _with_refill(row: PartRow, part: PortReport, texts: Texts, *, is_asked: bool) -> PartRow:
    """Return the row with what somebody touches who has put in paper."""
    if not part.is_refilled_by_hand:
        return row
    if not is_asked:
        return replace(row, refill=texts.say(f"maintenance.refill.{part.port}"))
    return replace(
        row,
        sentence="",
        advice="",
        tested=texts.say("maintenance.is_full"),
        test="",
        refill=texts.say(f"maintenance.refilled.{part.port}"),
        is_refilling=True,
        keep=texts.say("maintenance.not_full"),
    )


def _part(
    part: PortReport,
    test: PortReport | None,
    testing: PortName | None,
    texts: Texts,
    *,
    is_known: bool,
) -> PartRow:
    title = texts.say(f"maintenance.ports.{part.port}")
    if is_known:
        title = f"{title} · {texts.say(f'maintenance.health.{part.health}')}"
    if part.is_simulated:
        title = f"{title} · {texts.say('maintenance.simulated')}"
    is_testing = testing is part.port
    word = ""
    if part.port in CAN_BE_TESTED:
        word = texts.say("maintenance.end" if is_testing else "maintenance.test")
    tested = ""
    if is_testing:
        is_card = part.port is PortName.CARD_READER
        tested = texts.say("maintenance.card_test" if is_card else "maintenance.testing")
    elif test is not None:
        said = f"{test.sentence} {test.advice}".strip()
        tested = texts.say("maintenance.tested", sentence=said)
    return PartRow(
        port=part.port,
        icon=_ICONS[part.health],
        tone=_TONES[part.health],
        title=title,
        sentence=part.sentence,
        advice=part.advice,
        tested=tested,
        test=word,
        is_testing=is_testing,
    )


def _result(panel: StaffPanel | None, port: PortName | None) -> str:
    """Return what the test of a camera found so far."""
    tests = () if panel is None else panel.tests
    return next((f"{it.sentence} {it.advice}".strip() for it in tests if it.port is port), "")


def _line(line: QueueLine, world: World, texts: Texts) -> QueueRow:
    key = f"maintenance.states.{line.state}"
    age = ""
    if line.oldest_at is not None:
        age = texts.say("maintenance.oldest", age=age_words(line.oldest_at, world.now, texts))
    return QueueRow(
        title=texts.say(key) if texts.has(key) else line.state,
        count=texts.say("maintenance.entries", n=line.count),
        age=age,
        reason=texts.say("maintenance.reason", reason=line.reason) if line.reason else "",
    )
