"""The platform's tables. Times are UTC text to the second, hashes are hex, JSON is text.

Uniqueness that the protocol promises (one entry per id and per place in a chain) is kept here, by
the database, and nowhere else.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ANNOUNCED = "announced"
HELD = "held"

UNOPENED = "unopened"
OPENED = "opened"
QUARANTINED = "quarantined"


class Table(DeclarativeBase):
    """What all tables have in common: nothing but their registry."""


class SiteRow(Table):
    """A place with kiosks and a staff of its own."""

    __tablename__ = "site"
    site_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    staff_version: Mapped[int] = mapped_column(default=0)


class KioskRow(Table):
    """An enrolled kiosk: its key, the highest counter it used, and what it last said of itself."""

    __tablename__ = "kiosk"
    kiosk: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.site_id"))
    public_key: Mapped[bytes]
    enrolled_at: Mapped[str]
    last_seen_at: Mapped[str] = mapped_column(default="")
    counter: Mapped[int] = mapped_column(default=-1)
    hello: Mapped[str] = mapped_column(default="")
    alarm: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[str] = mapped_column(default="")


class NumberRow(Table):
    """A kiosk number and whose it is; none is ever given out twice."""

    __tablename__ = "kiosk_number"
    number: Mapped[int] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosk.kiosk"), index=True)


class NumberClaimRow(Table):
    """The first installation that said hello under a kiosk number: no other may use it."""

    __tablename__ = "kiosk_number_claim"
    number: Mapped[int] = mapped_column(ForeignKey("kiosk_number.number"), primary_key=True)
    epoch: Mapped[str]


class EnrolmentCodeRow(Table):
    """A one-time code, hashed; `kiosk` is set once it is used."""

    __tablename__ = "enrolment_code"
    name: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    site_id: Mapped[str] = mapped_column(ForeignKey("site.site_id"))
    expires_at: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    kiosk: Mapped[str | None] = mapped_column(ForeignKey("kiosk.kiosk"))


class EntryRow(Table):
    """One entry, from its announcement on; `front` is the readable front as the file has it."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("kiosk", "epoch", "seq", "branch"),
        Index("entry_by_number", "number", "seq"),
        Index("entry_by_subject", "subject"),
        Index("entry_by_time", "received_at"),
    )
    app_id: Mapped[str] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosk.kiosk"))
    epoch: Mapped[str]
    seq: Mapped[int]
    branch: Mapped[int] = mapped_column(default=0)
    """0, or counted up where a copied or restored kiosk used this place again: both are kept."""
    number: Mapped[int]
    kind: Mapped[str]
    service: Mapped[str]
    subject: Mapped[str | None]
    entry_hash: Mapped[str]
    front: Mapped[bytes]
    file_size: Mapped[int]
    announced_at: Mapped[str]
    state: Mapped[str] = mapped_column(default=ANNOUNCED)
    received_at: Mapped[str] = mapped_column(default="")
    proof: Mapped[str] = mapped_column(default="")
    opening: Mapped[str] = mapped_column(default=UNOPENED)
    opening_problem: Mapped[str] = mapped_column(default="")
    query_code_hash: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="received")
    status_words: Mapped[str] = mapped_column(default="{}")
    status_at: Mapped[str] = mapped_column(default="")


class LostRow(Table):
    """An entry that was proven and is not held any more: a backup was restored over it."""

    __tablename__ = "lost"
    app_id: Mapped[str] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosk.kiosk"), index=True)
    epoch: Mapped[str]
    seq: Mapped[int]
    entry_hash: Mapped[str]
    proof: Mapped[str]
    noted_at: Mapped[str]


class HeadRow(Table):
    """How far one chain is held without a gap."""

    __tablename__ = "head"
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosk.kiosk"), primary_key=True)
    epoch: Mapped[str] = mapped_column(primary_key=True)
    contiguous_seq: Mapped[int] = mapped_column(default=0)
    contiguous_hash: Mapped[str]


class StaffRow(Table):
    """Somebody of a site's staff; removed ones stay, so that records keep their names."""

    __tablename__ = "staff"
    staff_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.site_id"), index=True)
    name: Mapped[str]
    role: Mapped[str]
    pin_hash: Mapped[str]
    removed_at: Mapped[str] = mapped_column(default="")


class NoticeRow(Table):
    """A notice for Home; `site_id` is empty for all sites. What was taken away stays on record."""

    __tablename__ = "notice"
    notice_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str]
    words: Mapped[str]
    until: Mapped[str] = mapped_column(default="")
    written_at: Mapped[str]
    removed_at: Mapped[str] = mapped_column(default="")


class DocumentRow(Table):
    """A signed document, old or in force; `scope` is the site it is for, or empty."""

    __tablename__ = "document"
    kind: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


class ChangeRow(Table):
    """One element of the changes feed, for one kiosk, for one site, or (both empty) for all."""

    __tablename__ = "change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form
    change_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kiosk: Mapped[str] = mapped_column(default="", index=True)
    site_id: Mapped[str] = mapped_column(default="")
    body: Mapped[str]


class SelfReportRow(Table):
    """What a kiosk told about itself in a control entry, as a sentence; nobody's data."""

    __tablename__ = "self_report"
    __table_args__ = (Index("self_report_by_kiosk", "kiosk", "received_at"),)
    app_id: Mapped[str] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosk.kiosk"))
    received_at: Mapped[str]
    sentence: Mapped[str]


class SignInRow(Table):
    """Somebody signed in to the office pages; the cookie is stored hashed."""

    __tablename__ = "sign_in"
    cookie_hash: Mapped[str] = mapped_column(primary_key=True)
    csrf: Mapped[str]
    expires_at: Mapped[str]


class OfficeRow(Table):
    """The one row with the hash of the office password."""

    __tablename__ = "office"
    office_id: Mapped[int] = mapped_column(primary_key=True)
    password_hash: Mapped[str]


class LookRow(Table):
    """Who was looked at unmasked, and when: the office answers for it."""

    __tablename__ = "look"
    look_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    app_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
