"""Where fields stand in machine-readable lines: Doc 9303-4 to -7, and Chinese permits. Data.

The permits' lines are no TD1, though they are as long: expiry comes before birth, which makes
another key. Their positions come from one or two published readers, not from a standard at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ports.card_reader import KeyPart

Span = tuple[int, int, int]
"""Line, first position, first position behind."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of lines; a field that it does not have is None.

    `checks` names for each checked part the line and position of its check digit; `whole` is the
    check digit over the fields in `whole_spans`, in that order.
    """

    name: str
    lines: int
    width: int
    number: Span
    birth: Span
    expiry: Span
    checks: tuple[tuple[KeyPart, int, int], ...]
    names: Span | None = None
    sex: tuple[int, int] | None = None
    issuer: Span | None = None
    nationality: Span | None = None
    optional: Span | None = None
    more_optional: Span | None = None
    whole: tuple[int, int] | None = None
    whole_spans: tuple[Span, ...] = ()
    issuer_is: str = ""
    """Who issues documents of this kind, where the lines do not say it."""
    can_overflow: bool = False
    """Whether a number of more than nine characters goes on in the optional data."""

    def span_of(self, part: KeyPart) -> Span | None:
        """Return where a checked part stands."""
        return {
            KeyPart.DOCUMENT_NUMBER: self.number,
            KeyPart.BIRTH_DATE: self.birth,
            KeyPart.EXPIRY_DATE: self.expiry,
            KeyPart.OPTIONAL_DATA: self.optional,
        }.get(part)


def _two_lines(name: str, width: int, *, is_visa: bool) -> Layout:
    """Return TD2, TD3, MRV-A or MRV-B: all alike up to the optional data."""
    is_td3 = width == 44 and not is_visa
    checks = [
        (KeyPart.DOCUMENT_NUMBER, 1, 9),
        (KeyPart.BIRTH_DATE, 1, 19),
        (KeyPart.EXPIRY_DATE, 1, 27),
    ]
    if is_td3:
        checks.append((KeyPart.OPTIONAL_DATA, 1, 42))
    optional_end = width if is_visa else 42 if is_td3 else 35
    return Layout(
        name,
        lines=2,
        width=width,
        number=(1, 0, 9),
        birth=(1, 13, 19),
        expiry=(1, 21, 27),
        checks=tuple(checks),
        names=(0, 5, width),
        sex=(1, 20),
        issuer=(0, 2, 5),
        nationality=(1, 10, 13),
        optional=(1, 28, optional_end),
        whole=None if is_visa else (1, width - 1),
        whole_spans=() if is_visa else ((1, 0, 10), (1, 13, 20), (1, 21, width - 1)),
        can_overflow=not is_visa and not is_td3,
    )


TD1 = Layout(
    "TD1",
    lines=3,
    width=30,
    number=(0, 5, 14),
    birth=(1, 0, 6),
    expiry=(1, 8, 14),
    checks=(
        (KeyPart.DOCUMENT_NUMBER, 0, 14),
        (KeyPart.BIRTH_DATE, 1, 6),
        (KeyPart.EXPIRY_DATE, 1, 14),
    ),
    names=(2, 0, 30),
    sex=(1, 7),
    issuer=(0, 2, 5),
    nationality=(1, 15, 18),
    optional=(0, 15, 30),
    more_optional=(1, 18, 29),
    whole=(1, 29),
    whole_spans=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    can_overflow=True,
)
TD2 = _two_lines("TD2", 36, is_visa=False)
TD3 = _two_lines("TD3", 44, is_visa=False)
MRV_A = _two_lines("MRV-A", 44, is_visa=True)
MRV_B = _two_lines("MRV-B", 36, is_visa=True)

CN_EXIT_PERMIT = Layout(
    "CN-CS",  # 往来港澳通行证 CS and 往来台湾通行证 CD: one printed line; three in the chip
    lines=1,
    width=30,
    number=(0, 2, 11),
    birth=(0, 21, 27),
    expiry=(0, 13, 19),
    checks=(
        (KeyPart.DOCUMENT_NUMBER, 0, 11),
        (KeyPart.BIRTH_DATE, 0, 27),
        (KeyPart.EXPIRY_DATE, 0, 19),
    ),
    # What the last digit covers is not published, so it is not judged.
    issuer_is="CHN",
)
CN_ENTRY_PERMIT = Layout(
    "CN-CR",  # 港澳居民来往内地通行证 CR (2012) and 台湾居民来往大陆通行证 CT (2015)
    lines=3,
    width=30,
    number=(0, 2, 11),
    birth=(0, 23, 29),
    expiry=(0, 15, 21),
    checks=(
        (KeyPart.DOCUMENT_NUMBER, 0, 11),
        (KeyPart.BIRTH_DATE, 0, 29),
        (KeyPart.EXPIRY_DATE, 0, 21),
    ),
    names=(2, 0, 30),
    sex=(0, 22),
    optional=(1, 19, 29),
    issuer_is="CHN",
)
CN_ENTRY_PERMIT_1999 = Layout(
    "CN-C",  # 港澳居民来往内地通行证 of 1999
    lines=3,
    width=30,
    number=(1, 15, 26),
    birth=(1, 0, 6),
    expiry=(1, 8, 14),
    checks=(
        (KeyPart.DOCUMENT_NUMBER, 1, 26),
        (KeyPart.BIRTH_DATE, 1, 6),
        (KeyPart.EXPIRY_DATE, 1, 14),
    ),
    names=(2, 0, 30),
    sex=(1, 7),
    issuer=(0, 2, 5),
)

ALL = (TD1, TD2, TD3, MRV_A, MRV_B, CN_EXIT_PERMIT, CN_ENTRY_PERMIT, CN_ENTRY_PERMIT_1999)


def layout_of(lines: tuple[str, ...]) -> Layout | None:
    """Return the layout of whole lines, by their number, their length and the document's code."""
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        return None
    code = lines[0][:2]
    match len(lines), len(lines[0]):
        case 1, 30:
            return CN_EXIT_PERMIT if code in ("CS", "CD") else None
        case 3, 30:
            if code in ("CR", "CT"):
                return CN_ENTRY_PERMIT
            return CN_ENTRY_PERMIT_1999 if lines[0][:5] == "C<CHN" else TD1
        case 2, 36:
            return MRV_B if code[0] == "V" else TD2
        case 2, 44:
            return MRV_A if code[0] == "V" else TD3
        case _:
            return None
