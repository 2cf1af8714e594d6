"""Every situation of the screens for papers, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.document_camera import NotCut, PageAdvice
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import PageCopy, PaperShown, TrustLevel
from tests.screens.later_situations import SEALED
from tests.screens.places import NOW, VOLUNTEER
from tests.support.shown_papers import A_SIDE, a_page

BOOK = ShownState(paper_id="household_register")
CARD = ShownState(paper_id="bank_card")
TAKEN = replace(BOOK, page=a_page(), side=A_SIDE)
COPY = PageCopy(a_page().jpeg)
COPIED = PaperShown("household_register", True, TrustLevel.C, (COPY, COPY))
SEEN = replace(COPIED, level=TrustLevel.B, seen_by=VOLUNTEER, seen_at=NOW)
MISSING = PaperShown("household_register", True, None, is_open=True)
TOO_LITTLE = replace(COPIED, is_open=True)
NO_CARD = PaperShown("bank_card", False, None)


OPEN = replace(BOOK, decided=(MISSING, replace(NO_CARD, is_open=True)))
NOT_PRINTED = AskedSlip(Slip.MISSING, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)


def decided(shown: PaperShown) -> dict[str, Any]:
    """Return a paper of which it is known what became of it, as changes of a session."""
    return {"papers": replace(BOOK, decided=(shown,), paper_id=shown.paper_id)}


PAPER_SITUATIONS: dict[str, tuple[Step, dict[str, Any]]] = {
    "paper": (Step.PAPER, {"papers": BOOK}),
    **{
        f"paper {advice}": (Step.PAPER, {"papers": replace(BOOK, advice=advice)})
        for advice in (PageAdvice.NO_PAPER, PageAdvice.SEVERAL_PAPERS, PageAdvice.NOT_WHOLE)
    },
    "paper being taken": (Step.PAPER, {"papers": BOOK, "is_taking_photo": True}),
    "paper without a camera": (Step.PAPER, {"papers": BOOK, "camera_is_gone": True}),
    **{
        f"paper {problem}": (Step.PAPER, {"papers": replace(BOOK, problem=problem)})
        for problem in NotCut
    },
    "paper, next page": (Step.PAPER, {"papers": replace(BOOK, pages=(COPY,))}),
    "paper, a card": (Step.PAPER, {"papers": CARD}),
    "paper, a card's back": (
        Step.PAPER,
        {"papers": replace(CARD, front=A_SIDE, front_page=a_page())},
    ),
    "page taken": (Step.PAPER, {"papers": TAKEN}),
    **{
        f"page taken {advice}": (Step.PAPER, {"papers": replace(TAKEN, page=a_page(advice))})
        for advice in PageAdvice
    },
    "page being cut": (Step.PAPER, {"papers": replace(TAKEN, asked=A_SIDE)}),
    "page not cut": (Step.PAPER, {"papers": replace(TAKEN, problem=NotCut.NO_AREA)}),
    "paper copied": (Step.PAPER, decided(COPIED)),
    "paper seen": (Step.PAPER, decided(SEEN)),
    "paper missing": (Step.PAPER, decided(MISSING)),
    "paper left out": (Step.PAPER, decided(NO_CARD)),
    "corners": (Step.PAPER_CORNERS, {"papers": TAKEN}),
    "original seen": (Step.PAPER_SEEN, {"papers": BOOK}),
    "original seen, checking": (Step.PAPER_SEEN, {"papers": BOOK, "is_witness_checked": True}),
    "original seen, locked": (
        Step.PAPER_SEEN,
        {"papers": BOOK, "witness_problem": "staff.problem.locked", "witness_wait_s": 30},
    ),
    **{
        f"paper, the last one lies there, {name}": (
            Step.PAPER,
            {"papers": replace(papers, is_same=True)},
        )
        for name, papers in (
            ("the next page", replace(BOOK, pages=(COPY,))),
            ("the back", replace(CARD, front=A_SIDE, front_page=a_page())),
            ("another", BOOK),
        )
    },
    "papers missing": (Step.PAPERS_MISSING, {"papers": OPEN}),
    "papers missing, the original": (Step.PAPERS_MISSING, decided(TOO_LITTLE)),
    "papers missing, being printed": (
        Step.PAPERS_MISSING,
        {"papers": OPEN, "slip": AskedSlip(Slip.MISSING)},
    ),
    "papers missing, not printed": (Step.PAPERS_MISSING, {"papers": OPEN, "slip": NOT_PRINTED}),
    "received, papers missing": (
        Step.RECEIVED,
        {
            "papers": OPEN,
            "sealed": SEALED,
            "receipt": ReceiptState.FAILED,
            "printer_state": PrinterState.PAPER_OUT,
        },
    ),
    **{
        f"review, paper {name}": (Step.REVIEW, decided(shown))
        for name, shown in (
            ("copied", COPIED),
            ("seen", SEEN),
            ("missing", MISSING),
            ("too little", TOO_LITTLE),
            ("of one's own", replace(COPIED, level=TrustLevel.D)),
        )
    },
}
