"""What the office has to say on Home: a list for each site, signed, of which the newest counts.

Pure. The list is always whole: a notice that is not on it any more is taken away, and an older list
that is played again changes nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kiosk.envelope import Json
from sync.protocol.conversation import Words
from sync.protocol.reading import BadAnswer, Fields, Refused
from sync.protocol.trust import (
    DocumentType,
    Keyset,
    SignedDocument,
    parse_payload,
    verify_signed,
)

MOST_NOTICES = 10
NOTICE_CELLS = 80
"""How much all notices of a site may say in one language, in cells: a Chinese character takes two,
a letter one. It is what every panel has room for.
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: its words by language, and the last day on which it is shown, if there is one."""

    notice_id: str
    words: Words
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeList:
    """What is shown on the Home screens of one site."""

    version: int
    site: str
    notices: tuple[Notice, ...]
    document: SignedDocument = field(repr=False)


def cells(text: str) -> int:
    """Return how much room a text takes."""
    return sum(2 if unicodedata.east_asian_width(it) in "WF" else 1 for it in text)


def cells_of(notices: Iterable[Notice]) -> int:
    """Return how much room all notices take together, in the language in which it is most."""
    told: dict[str, int] = {}
    for notice in notices:
        for language, text in notice.words:
            told[language] = told.get(language, 0) + cells(text)
    return max(told.values(), default=0)


def notices_payload(version: int, site: str, notices: Iterable[Notice]) -> dict[str, Json]:
    """Return what is signed to put these notices, and no others, on the Home screens of a site."""
    return {"version": version, "site": site, "notices": [_told(notice) for notice in notices]}


def notices_version(document: SignedDocument) -> int:
    """Return the version that a list claims, whoever signed it; 0 if it claims none."""
    version = parse_payload(document, DocumentType.NOTICES, lambda fields: fields.whole("version"))
    return 0 if isinstance(version, BadAnswer) else version


def accept_notices(document: SignedDocument, keyset: Keyset, site: str) -> NoticeList | BadAnswer:
    """Return the list if a key of the keyset signed it for this site and Home has room for it."""

    def reader(fields: Fields) -> NoticeList:
        return NoticeList(
            version=fields.whole("version", least=1),
            site=fields.text("site", most=100),
            notices=tuple(_notice(Fields(it)) for it in fields.items("notices", most=MOST_NOTICES)),
            document=document,
        )

    told = verify_signed(document, keyset, DocumentType.NOTICES, reader)
    if isinstance(told, BadAnswer):
        return told
    if told.site != site:
        return BadAnswer("the notices are for another site")
    if cells_of(told.notices) > NOTICE_CELLS:
        return BadAnswer("the notices are longer than the screen has room for")
    return told


def _told(notice: Notice) -> dict[str, Json]:
    told: dict[str, Json] = {"id": notice.notice_id, "words": dict(notice.words)}
    if notice.until is not None:
        told["until"] = notice.until.isoformat()
    return told


def _notice(fields: Fields) -> Notice:
    words = fields.words("words")
    for _, text in words:
        if not text.isprintable():
            raise Refused("a notice is more than one line")
    until = date.fromisoformat(fields.text("until", most=10)) if fields.has("until") else None
    return Notice(fields.text("id", most=64), words, until)
