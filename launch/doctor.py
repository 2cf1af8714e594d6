"""`kiosk doctor`: the state of every part and the counts of the queue, with one sentence of advice
each.

Asks the configured devices themselves, one after the other; nothing is read from a card and nothing
is printed. A running kiosk holds its
serial line and its camera: what it holds is said to be in use elsewhere by the device's own answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from kiosk import diagnosis
from kiosk.clock import SystemClock
from kiosk.domain import Language
from kiosk.enrolment import load_enrolment
from kiosk.errors import BadSetting, DiskFull, EnrolmentError, StorageError
from kiosk.flow.world import Site
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import Misset, PaperForm
from kiosk.readiness import Health, PortName, PortReport, QueueLine, Report
from kiosk.settings import OfficePrinterKind, PrinterKind, Settings, in_force, load_settings
from kiosk.texts import Texts, load_texts
from launch.absent import absent_parts, or_misset
from launch.places import LOCALE
from launch.wiring import Kiosk, build_kiosk, simulated_parts, versions

_OWN_QUEUES = ("ipp://localhost/printers/", "ipp://127.0.0.1/printers/")
_MARKS = {Health.READY: "ok", Health.WARNING: "look", Health.BROKEN: "BROKEN", Health.OFF: "off"}


def run_doctor(
    settings_file: Path | None, language: str, *, prints_json: bool, pdf: Path | None = None
) -> int:
    """Print the report, and write it as A4 pages to `pdf`; return 0 unless something is broken.

    Raises:
        SettingsError: The settings can't be read, or the file can't be written.
    """
    settings = load_settings(settings_file)
    texts = load_texts(LOCALE).get(Language(language))
    if texts is None:
        raise BadSetting(f"There are no texts in {language!r}.", "Use --language en or zh_CN.")
    try:
        report = examine(build_kiosk(settings), texts)
    except EnrolmentError:
        part = diagnosis.report(PortName.PLATFORM, Health.OFF, "not_configured", texts)
        report = Report(SystemClock().now().at, (part,), (), versions(), in_force(settings))
    simulated = set(simulated_parts(settings))
    ports = tuple(replace(port, is_simulated=port.port.value in simulated) for port in report.ports)
    report = replace(report, ports=ports)
    if pdf is not None:
        _write_pdf(report, settings, texts, pdf)
    print(json.dumps(as_json(report), ensure_ascii=False) if prints_json else _text(report))
    return 0 if report.is_ok else 1


def _write_pdf(report: Report, settings: Settings, texts: Texts, pdf: Path) -> None:
    from kiosk.papers import readiness_report
    from printing.layout import render_a4

    enrolment = load_enrolment(settings.kiosk.state_folder)
    name = settings.site.name or (enrolment.site_name if enrolment else "")
    site = Site(name, settings.site.phone, settings.site.hours)
    paper = readiness_report(
        report, site, texts, settings.kiosk.timezone, "readiness", PaperForm.A4
    )
    try:
        pdf.write_bytes(render_a4(paper, settings.printer.extra_fonts))
    except OSError as error:
        what = f"{pdf} can't be written: {error.strerror}."
        raise BadSetting(what, "Name another file after --pdf.") from error


def examine(kiosk: Kiosk, texts: Texts) -> Report:
    """Ask every part of a kiosk that does not run; a damaged database is said, not mended."""
    kiosk.store_gate.may_rebuild = False
    queue, desk_parts = _desk(kiosk, texts)
    asks: tuple[Callable[[Kiosk, Texts], PortReport], ...] = (
        *(_reader, _camera, _document_camera),
        *(_faces, _speaker),
    )
    absent = absent_parts(kiosk.settings)
    asked = (*(ask(kiosk, texts) for ask in asks), *_printers(kiosk, texts))
    parts = [diagnosis.as_chosen(part, absent, texts) for part in asked]
    platform = _platform(kiosk, texts)
    clock = diagnosis.of_clock(kiosk.clock.now(), texts)  # the platform may just have told it
    settings = diagnosis.of_settings(kiosk.office, texts)
    found = {
        part.port: part
        for part in (*parts, *desk_parts, platform, clock, kiosk.catalogue_report(texts), settings)
    }
    return Report(
        at=kiosk.clock.now().at,
        ports=tuple(found[port] for port in PortName if port in found),
        queue=queue,
        versions=versions(),
        settings=in_force(kiosk.settings),
    )


def as_json(report: Report) -> dict[str, object]:
    """Return the form that `--json` prints."""
    return {
        "at": report.at.isoformat(timespec="seconds"),
        "ok": report.is_ok,
        "ports": [
            {
                "port": part.port.value,
                "health": part.health.value,
                "state": part.state,
                "sentence": part.sentence,
                "advice": part.advice,
                "simulated": part.is_simulated,
            }
            for part in report.ports
        ],
        "queue": [queue_line_as_json(line) for line in report.queue],
        "versions": dict(report.versions),
    }


def queue_line_as_json(line: QueueLine) -> dict[str, object]:
    """Return the form of one line of the queue."""
    return {
        "state": line.state,
        "count": line.count,
        "oldest_at": line.oldest_at.isoformat(timespec="seconds") if line.oldest_at else None,
        "reason": line.reason,
    }


def _desk(kiosk: Kiosk, texts: Texts) -> tuple[tuple[QueueLine, ...], tuple[PortReport, ...]]:
    folder = kiosk.settings.kiosk.state_folder
    try:
        desk = kiosk.open_desk()
    except StorageError as error:
        return (), (_unusable(error, folder, texts),)
    try:
        return desk.queue(), desk.reports(texts, reads_all=True)
    except StorageError as error:
        return (), (_unusable(error, folder, texts),)
    finally:
        desk.close()


def _unusable(error: StorageError, folder: Path, texts: Texts) -> PortReport:
    """Report on a store that can't be used; a full disk is not a damaged database, and neither is
    one that lets nothing be written.
    """
    from kiosk.store.room import is_read_only

    state = "full" if isinstance(error, DiskFull) else "broken"
    if is_read_only(folder):
        state = "read_only"
    return diagnosis.report(PortName.STORE, Health.BROKEN, state, texts, str(error))


def _reader(kiosk: Kiosk, texts: Texts) -> PortReport:
    reader = kiosk.open_reader()
    try:
        presence = reader.presence(5.0)
        if presence is Presence.CANT_TELL:
            presence = reader.presence(5.0)  # the first call may only have started the driver
        if presence is Presence.CANT_TELL:
            return diagnosis.of_reading(reader.read_card(5.0), texts)
        return diagnosis.of_reader(reader, texts)
    finally:
        reader.close()


def _camera(kiosk: Kiosk, texts: Texts) -> PortReport:
    camera = kiosk.open_camera()
    try:
        return diagnosis.of_camera_briefly(camera, texts)
    finally:
        camera.close()


def _document_camera(kiosk: Kiosk, texts: Texts) -> PortReport:
    # After the camera for faces was closed: it may be the same one.
    camera = kiosk.open_document_camera()
    try:
        return diagnosis.of_document_camera(camera, texts)
    finally:
        camera.close()


def _faces(kiosk: Kiosk, texts: Texts) -> PortReport:
    faces = kiosk.open_faces()
    try:
        return faces.report(texts)
    finally:
        faces.close()


def _printers(kiosk: Kiosk, texts: Texts) -> tuple[PortReport, ...]:
    try:
        paper = kiosk.open_paper()  # it knows how much paper was used, too
    except StorageError:
        return _bare_printers(kiosk, texts)
    try:
        return tuple(_with_spool(kiosk, found, texts) for found in paper.reports(texts))
    finally:
        paper.close()


def _with_spool(kiosk: Kiosk, found: PortReport, texts: Texts) -> PortReport:
    """Return what was found of a printer; of one that is well, where its queue keeps documents."""
    from printing.spool import SpoolState, spool_state

    chosen, office = kiosk.settings.printer, kiosk.settings.office_printer
    address = chosen.address if chosen.kind is PrinterKind.IPP else ""
    if found.port is PortName.OFFICE_PRINTER:
        address = office.address if office.kind is OfficePrinterKind.IPP else ""
    state = spool_state() if address.startswith(_OWN_QUEUES) else SpoolState.FINE
    if found.health is not Health.READY or state is SpoolState.FINE:
        return found
    return diagnosis.report(found.port, Health.WARNING, state.value, texts)


def _bare_printers(kiosk: Kiosk, texts: Texts) -> tuple[PortReport, ...]:
    """Report on printers without a store that knows how much paper they have."""
    opened = (
        (PortName.PRINTER, or_misset(kiosk.open_printer)),
        (PortName.OFFICE_PRINTER, or_misset(kiosk.open_office_printer)),
    )
    told: list[PortReport] = []
    for port, printer in opened:
        if printer is None:
            continue
        if isinstance(printer, Misset):
            told.append(diagnosis.report(port, Health.BROKEN, "misset", texts, printer.misset()))
        else:
            told.append(diagnosis.of_printer(printer.state(5.0), texts, "", port))
        printer.close()
    return tuple(told)


def _speaker(kiosk: Kiosk, texts: Texts) -> PortReport:
    speaker = kiosk.open_speaker()
    try:
        return diagnosis.of_speaker(speaker, texts)
    finally:
        speaker.close()


def _platform(kiosk: Kiosk, texts: Texts) -> PortReport:
    try:
        courier = kiosk.open_courier()
    except StorageError as error:
        why = f"the database can't be used: {error.code}"
        return diagnosis.report(PortName.PLATFORM, Health.OFF, "unknown", texts, why)
    try:
        return diagnosis.of_round(courier.run_once(), texts)
    finally:
        courier.close()


def _text(report: Report) -> str:
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    for part in report.ports:
        simulated = " [simulated]" if part.is_simulated else ""
        yield f"{_MARKS[part.health]:>6}  {part.port.value}{simulated}: {part.sentence}"
        if part.advice and part.health is not Health.READY:
            yield f"        -> {part.advice}"
    for line in report.queue:
        oldest = f", oldest {line.oldest_at:%Y-%m-%d %H:%M} UTC" if line.oldest_at else ""
        reason = f" ({line.reason})" if line.reason else ""
        yield f" queue  {line.state}: {line.count}{oldest}{reason}"
    yield "        " + ", ".join(f"{name} {value}" for name, value in report.versions)
