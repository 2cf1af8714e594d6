"""The words residents read about a state, in every language of the query page."""

from __future__ import annotations

from kiosk.envelope import (
    ChipCheck,
    ComparisonOutcome,
    FaceComparison,
    Identity,
    IdentityAssurance,
    KnownFor,
    LinesFrom,
    Relation,
    Standing,
    TrustLevel,
    Voucher,
    mask_name,
    mask_number,
)
from sync.protocol import StatusCode

OFFICE_LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
"""What the office can write in."""

STATUS_WORDS: dict[StatusCode, dict[str, str]] = {
    StatusCode.RECEIVED: {
        "zh_CN": "已收到，等待审核",
        "en": "Received, not looked at yet",
    },
    StatusCode.ACCEPTED: {
        "zh_CN": "已受理，正在办理",
        "en": "Accepted, being worked on",
    },
    StatusCode.MORE_PAPERS: {
        "zh_CN": "需要补充材料",
        "en": "More papers are needed",
    },
    StatusCode.DONE: {
        "zh_CN": "已办结",
        "en": "Done",
    },
    StatusCode.REFUSED: {
        "zh_CN": "未予批准",
        "en": "Not granted",
    },
}

LEVEL_WORDS: dict[TrustLevel, str] = {
    TrustLevel.A: "issued by an authority",
    TrustLevel.B: "compared with the original by an attendant",
    TrustLevel.C: "a copy that the resident made: see the original",
    TrustLevel.D: "written by the resident",
}

ASSURANCE_WORDS: dict[IdentityAssurance, str] = {
    IdentityAssurance.CARD_AND_ATTENDANT: "The chip was read; an attendant compared card and face",
    IdentityAssurance.CARD_AND_FACE: (
        "The chip was read; a program found its portrait and the photo alike"
    ),
    IdentityAssurance.CARD_READ: "The chip was read",
    IdentityAssurance.TYPED_AND_ATTENDANT: (
        "The number was typed, the card photographed; an attendant saw card and face"
    ),
    IdentityAssurance.ATTENDANT_ALONE: (
        "The number was typed; an attendant saw card and face; no pictures of the card"
    ),
    IdentityAssurance.VOUCHED: (
        "Nothing was shown: somebody else vouched with their own card, before an attendant"
    ),
}

STANDING_WORDS: dict[Standing, str] = {
    Standing.FAMILY: "family",
    Standing.NEIGHBOUR: "neighbour or friend",
    Standing.COMMITTEE: "of the village or neighbourhood committee",
    Standing.OTHER: "knows them by their work",
}

KNOWN_FOR_WORDS: dict[KnownFor, str] = {
    KnownFor.UNDER_1_YEAR: "for less than a year",
    KnownFor.YEARS_1_TO_5: "for one to five years",
    KnownFor.OVER_5_YEARS: "for more than five years",
}

RELATION_WORDS: dict[str, str] = {
    "self": "themselves",
    Relation.CHILD: "their child",
    Relation.PARENT: "their father or mother",
    Relation.SPOUSE: "their husband or wife",
    Relation.OTHER_RELATIVE: "another relative",
    Relation.NEIGHBOUR: "a neighbour or friend",
    Relation.WARD: "somebody in their guardianship or care",
}
"""Whom an application is for, by what they are to the applicant."""


CHIP_WORDS: dict[ChipCheck, str] = {
    ChipCheck.PROVEN: ("What the chip says is signed by a state whose certificate the kiosk has."),
    ChipCheck.SIGNED_BY_UNKNOWN: (
        "What the chip says is as it was signed; whose signature it is could not be checked there."
    ),
    ChipCheck.NOT_CHECKED: "Whether the chip is genuine could not be checked at the kiosk.",
}

LINES_WORDS: dict[LinesFrom, str] = {
    LinesFrom.TYPED: "What is printed in the travel document was typed.",
    LinesFrom.CAMERA: "A camera read the lines of the travel document; their check digits hold.",
}


_OUTCOME_WORDS: dict[ComparisonOutcome, str] = {
    ComparisonOutcome.MATCH: "Card and face compared by a program: alike",
    ComparisonOutcome.NO_MATCH: "Card and face compared by a program: not alike enough to say",
    ComparisonOutcome.NOT_COMPARED: "Card and face could not be compared by a program",
}


def comparison_lines(comparison: FaceComparison) -> tuple[str, ...]:
    """Return in sentences what a program said of two faces, and what it is worth."""
    lines = [f"{_OUTCOME_WORDS[comparison.outcome]}."]
    if comparison.score is not None:
        lines.append(
            f"Score {comparison.score:.3f}, threshold {comparison.threshold:.3f}, by "
            f"{comparison.matcher} {comparison.version}."
        )
        lines.append("A score is no proof, either way; nobody checked that the face was alive.")
    if comparison.why_not is not None:
        lines.append(f"Reason: {comparison.why_not.replace('_', ' ')}.")
    if comparison.tries > 1:
        lines.append(f"It was photo number {comparison.tries}.")
    return tuple(lines)


def identity_lines(identity: Identity, *, show: bool = False) -> tuple[str, ...]:
    """Return in sentences how somebody was identified, what to look at first; a voucher's name and
    number stay masked unless `show`.
    """
    lines = [f"{ASSURANCE_WORDS[identity.assurance]}."]
    if identity.voucher is not None:
        lines.append(_voucher_line(identity.voucher, show=show))
    if identity.attendant is not None:
        it = identity.attendant
        lines.append(f"Confirmed with their own PIN by {it.name} ({it.role}, {it.staff_id}).")
    lines.append(f"At {identity.at:%Y-%m-%d %H:%M} UTC, by the kiosk's clock.")
    if identity.chip is not None:
        lines.append(CHIP_WORDS[identity.chip])
    if identity.lines_from is not None:
        lines.append(LINES_WORDS[identity.lines_from])
    if identity.comparison is not None:
        lines += comparison_lines(identity.comparison)
    if identity.failed_reads:
        lines.append(f"A card was laid down {identity.failed_reads} times and could not be read.")
    if identity.is_number_doubtful:
        lines.append("The number does not fit its own check; it was typed twice alike. Compare it.")
    return tuple(lines)


def _voucher_line(voucher: Voucher, *, show: bool) -> str:
    name, number = voucher.full_name, voucher.document_number
    if not show:
        name, number = mask_name(name), mask_number(number)
    standing, known_for = STANDING_WORDS[voucher.standing], KNOWN_FOR_WORDS[voucher.known_for]
    card = f"{voucher.document_type} {number}"
    return f"Vouched for by {name}, {standing}, who has known them {known_for} ({card})."
