"""What the papers say, a file each.

Pure: the same facts give the same blocks. How blocks look is `printing`'s business. A paper lies
about where others read it, so none holds a document number or an answer, and names are masked.
"""

from dataclasses import replace

from kiosk.papers.acknowledgement import acknowledgement
from kiosk.papers.bilingual import in_both
from kiosk.papers.bring_list import bring_list
from kiosk.papers.check_page import check_page
from kiosk.papers.draft_slip import DraftFacts, draft_slip
from kiosk.papers.help_slip import help_slip
from kiosk.papers.known import known
from kiosk.papers.missing_papers import MissingFacts, MissingPaper, missing_papers
from kiosk.papers.progress_slip import progress_slip
from kiosk.papers.readiness_report import readiness_report
from kiosk.papers.receipt import ReceiptFacts, ask_by, receipt
from kiosk.papers.shared import local_day, query_url, zone
from kiosk.papers.suited import suited
from kiosk.papers.where_to_go import where_to_go
from kiosk.ports.printer import Paper

__all__ = [
    "DraftFacts",
    "MissingFacts",
    "MissingPaper",
    "ReceiptFacts",
    "acknowledgement",
    "ask_by",
    "bring_list",
    "check_page",
    "draft_slip",
    "help_slip",
    "in_both",
    "in_large_print",
    "known",
    "local_day",
    "missing_papers",
    "progress_slip",
    "query_url",
    "readiness_report",
    "receipt",
    "suited",
    "where_to_go",
    "zone",
]


def in_large_print(paper: Paper) -> Paper:
    """Return the same paper in large print."""
    return replace(paper, is_large=True)
