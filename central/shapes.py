"""The shapes of messages for `docs/openapi.json`; what is sent and read is in `sync.protocol`.

A test holds both against each other: whatever the protocol writes has exactly these members.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.envelope import ClockState, EntryKind, StaffRole
from sync.protocol import MAX_MANIFESTS, StatusCode

Hash = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in hex")
Minute = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\dZ$", description="UTC to the minute")
Second = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="UTC to the second")
Base64 = Field(description="base64")


class Shape(BaseModel):
    """An object with exactly these members."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class EnrolRequestShape(Shape):
    """A kiosk asks to be enrolled."""

    code: str = Field(pattern="^[0-9A-HJKMNP-TV-Z]{12}$")
    """The first twelve characters of the one-time code, without hyphens."""
    public_key: str = Base64
    possession: str = Base64
    """Ed25519 over `kiosk-enrol-v1`, a line feed, and canonical JSON of code and public_key."""
    program_version: str


class KeysetShape(Shape):
    """What the root key signs."""

    class Recipient(Shape):
        """To whom entries are sealed."""

        kid: str
        suite: str
        public_key: str = Base64
        name: str = ""
        """What people call them; kiosks do not read it."""

    class SigningKey(Shape):
        """Whose signatures count, and under what."""

        kid: str
        public_key: str = Base64
        uses: list[str]

    type: Literal["keyset"]
    version: int
    recipients: list[Recipient]
    signing_keys: list[SigningKey]
    revoked: list[str] = []
    """Names of keys that never count again, of recipients and of signing keys."""


class StaffListShape(Shape):
    """Who may sign in on the kiosks of a site."""

    class Member(Shape):
        """Somebody of the staff; the PIN as an encoded argon2id string."""

        staff_id: str
        name: str
        role: StaffRole
        pin_hash: str

    type: Literal["staff-list"]
    version: int
    site: str
    members: list[Member]


class DeliveryProofShape(Shape):
    """The platform's word that it durably holds an entry."""

    type: Literal["delivery-proof"]
    kiosk: str
    epoch: str
    seq: int
    app_id: str
    entry_hash: str = Hash
    ct_sha256: str = Hash
    size: int
    received_at: str = Second
    platform_ref: str
    durable: Literal[True]
    kid: str


class SignedShape(Shape):
    """A payload and an Ed25519 signature over `kiosk-signed-v1`, line feed, canonical JSON."""

    kid: str
    signature: str = Base64


class SignedKeysetShape(SignedShape):
    """A keyset signed by root."""

    payload: KeysetShape


class SignedStaffListShape(SignedShape):
    """A staff list signed by a key of the keyset."""

    payload: StaffListShape


class NoticesShape(Shape):
    """What the office has to say on the Home screens of a site: all of it."""

    class Notice(Shape):
        """One notice; `until` is the last day on which it is shown."""

        id: str
        words: dict[str, str]
        until: str = Field("", pattern=r"^\d{4}-\d\d-\d\d$")

    type: Literal["notices"]
    version: int
    site: str
    notices: list[Notice]


class SignedNoticesShape(SignedShape):
    """Notices signed by a key of the keyset."""

    payload: NoticesShape


class CatalogueShape(Shape):
    """Which services all kiosks offer; the package has this hash and size."""

    type: Literal["catalogue"]
    version: int
    name: str
    sha256: str = Hash
    size: int


class SignedCatalogueShape(SignedShape):
    """A catalogue signed by a key of the keyset."""

    payload: CatalogueShape


class SettingsShape(Shape):
    """What the office sets for the kiosks of a site, by `table.option`: all of it."""

    type: Literal["settings"]
    version: int
    site: str
    values: dict[str, bool | int | str]


class SignedSettingsShape(SignedShape):
    """Settings signed by a key of the keyset."""

    payload: SettingsShape


class SignedProofShape(SignedShape):
    """A delivery proof signed by a key of the keyset."""

    payload: DeliveryProofShape


class SiteShape(Shape):
    """Where the kiosk stands."""

    id: str
    name: str
    phone: str


class EnrolAnswerShape(Shape):
    """What a new kiosk gets."""

    kiosk: str
    numbers: list[int]
    """Kiosk numbers; each epoch uses up one."""
    root_key: str = Base64
    keyset: SignedKeysetShape
    staff: SignedStaffListShape
    site: SiteShape
    public_url: str
    """Where residents ask for the state, for the code on the receipt; may be empty."""


class HelloShape(Shape):
    """How a kiosk is."""

    epoch: str
    number: int
    head_seq: int
    head_hash: str = Hash
    clock_at: str = Second
    clock_state: ClockState
    counts: dict[str, int]
    devices: dict[str, str]
    versions: dict[str, str]
    free_bytes: int


class HelloAnswerShape(Shape):
    """What the platform has of the chain."""

    server_time: str = Second
    contiguous_seq: int
    contiguous_hash: str = Hash
    gaps: list[tuple[int, int]]
    wanted: list[str]
    revisions: dict[str, int]
    back_off_s: int
    fork: bool = False
    used_numbers: list[int] = []


class HeaderShape(Shape):
    """The readable header of an entry; see the reference page of the envelope."""

    v: Literal[1]
    kiosk: str
    number: int
    epoch: str
    seq: int
    app_id: str
    kind: EntryKind
    service: str
    catalogue: str
    created: str = Minute
    clock_state: ClockState
    subject: str | None = None
    suite: str
    kids: list[str]
    size: int
    ct_sha256: str = Hash


class ManifestShape(Shape):
    """The front of an envelope."""

    header: HeaderShape
    prev_hash: str = Hash
    entry_hash: str = Hash
    signature: str = Base64
    file_size: int


class ManifestAnswerShape(Shape):
    """What the platform has of an entry; with the proof once it holds all."""

    offset: int
    complete: bool
    proof: SignedProofShape | None = None


class ManifestsShape(Shape):
    """Several fronts at once, at most 100."""

    entries: list[ManifestShape] = Field(max_length=MAX_MANIFESTS)


class ProblemShape(BaseModel):
    """An RFC 9457 problem; `type` is `urn:kiosk:problem:` and a code."""

    type: str
    status: int
    title: str
    detail: str = ""


class EntryProblemShape(Shape):
    """Why one of several is not taken."""

    problem: ProblemShape


class ManifestsAnswerShape(Shape):
    """An answer for each, in their order."""

    entries: list[ManifestAnswerShape | EntryProblemShape]


class FinalAnswerShape(Shape):
    """The answer to the last bytes."""

    proof: SignedProofShape


class ProofsPageShape(Shape):
    """Delivery proofs in rising seq."""

    proofs: list[SignedProofShape]
    next_since_seq: int
    more: bool


class ReturnedProofsShape(Shape):
    """Proofs of entries that the platform lacks and the kiosk has erased."""

    proofs: list[SignedProofShape]


class LossNotedShape(Shape):
    """How many of them the platform lacks."""

    lost: int


class StatusChangeShape(Shape):
    """The state of an entry changed."""

    kind: Literal["status"]
    app_id: str
    receipt_number: str
    code: StatusCode
    words: dict[str, str]
    as_of: str = Second


class StaffChangeShape(Shape):
    """There is a new staff list."""

    kind: Literal["staff"]
    document: SignedStaffListShape


class KeysetChangeShape(Shape):
    """There is a new keyset."""

    kind: Literal["keyset"]
    document: SignedKeysetShape


class NoticesChangeShape(Shape):
    """There are other notices for Home; one that is not on the list any more is taken away."""

    kind: Literal["notices"]
    document: SignedNoticesShape


class CatalogueChangeShape(Shape):
    """There is a new catalogue; its package is fetched by its hash."""

    kind: Literal["catalogue"]
    document: SignedCatalogueShape


class SettingsChangeShape(Shape):
    """There are other settings for the site."""

    kind: Literal["settings"]
    document: SignedSettingsShape


class ChangesPageShape(Shape):
    """Changes, oldest first. Kinds that a kiosk does not know are skipped."""

    changes: list[
        StatusChangeShape
        | StaffChangeShape
        | KeysetChangeShape
        | NoticesChangeShape
        | CatalogueChangeShape
        | SettingsChangeShape
    ]
    cursor: str
    more: bool


EXTRA_SHAPES = (EnrolRequestShape, HelloShape, ManifestShape, ManifestsShape, ProblemShape)
"""Shapes that no response names, so that the generator has to be told of them."""
