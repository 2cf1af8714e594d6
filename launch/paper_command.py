"""`kiosk paper`: a document for somebody, on the kiosk's printer or as a PDF file.

For the staff: at a counter with an office printer, or where a resident asks for a paper that no
screen offers. It says no more than the papers themselves do.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from kiosk.domain import AppId, Language
from kiosk.errors import BadSetting, PaperRefused
from kiosk.journal import parse_receipt_number
from kiosk.paper_desk import PaperDesk
from kiosk.ports.printer import Paper, PaperForm, Printed, PrintUnconfirmed
from kiosk.settings import Settings, load_settings
from kiosk.store import applications
from launch.wiring import build_kiosk


def run_paper(settings_file: Path | None, parsed: argparse.Namespace) -> int:
    """Print or write the document; return 0 unless no paper came out.

    Raises:
        KioskError: The kiosk is not enrolled, its store can't be used, or there is no such paper.
    """
    kiosk = build_kiosk(load_settings(settings_file))
    language = Language(parsed.language or kiosk.settings.kiosk.language_default)
    if language not in kiosk.texts:
        known = ", ".join(sorted(kiosk.texts))
        raise BadSetting(f"There are no texts in {language!r}.", f"Use --language with: {known}.")
    desk = kiosk.open_paper()
    try:
        paper = _made(desk, parsed.kind, parsed.about, language, is_large=parsed.large)
        if parsed.pdf is not None:
            _write(paper, kiosk.settings, parsed.pdf)
            print(f"Written: {parsed.pdf}")
            return 0
        answer = desk.print_for_staff(paper)
    finally:
        desk.close()
    match answer:
        case Printed():
            print("Printed.")
            return 0
        case PrintUnconfirmed():
            print("Sent; the printer did not say whether it printed. Look before you repeat it.")
            return 0
        case _:
            print(f"Not printed: {answer.state}.")
            return 1


def _made(desk: PaperDesk, kind: str, about: str, language: Language, *, is_large: bool) -> Paper:
    if kind == "help":
        return desk.help_slip("", language, is_large=is_large)
    if kind == "bring-list":
        known = [service.service_id for service in desk.around.services]
        if about not in known:
            raise PaperRefused(
                f"There is no service {about!r}.", f"Name one of: {', '.join(known)}."
            )
        return desk.bring_list(about, language, is_large=is_large)
    app_id = _found(desk, about)
    if kind == "progress":
        return desk.progress(app_id, language, is_large=is_large)
    paper = desk.acknowledgement(app_id, language, is_large=is_large)
    if paper is None:
        raise PaperRefused(
            "This region has no wording for an acknowledgement.",
            "Write assets/legal for the region; `docs/reference/papers.md` shows its form.",
        )
    return paper


def _found(desk: PaperDesk, about: str) -> AppId:
    number = parse_receipt_number(about)
    row = None if number is None else applications.find_by_number(desk.db, str(number))
    if row is None:
        raise PaperRefused(
            f"This kiosk knows no application {about!r}.", "Compare the number with the receipt."
        )
    return row.app_id


def _write(paper: Paper, settings: Settings, file: Path) -> None:
    from printing.file_printer import write_privately
    from printing.layout import render_a4, render_pdf
    from printing.media import PaperWidth

    fonts = settings.printer.extra_fonts
    width = PaperWidth(settings.printer.paper_width_mm)
    make: Callable[[], bytes] = (
        (lambda: render_a4(paper, fonts))
        if paper.form is PaperForm.A4
        else (lambda: render_pdf(paper, width, fonts))
    )
    try:
        write_privately(file, make())
    except OSError as error:
        what = f"{file} can't be written: {error.strerror}."
        raise PaperRefused(what, "Name another file after --pdf.") from error
