"""What is told about what this machine knows: the same full sentences for the screen, the paper and
the ear.

Pure. Every sentence stands for something that was found in the store, or for a setting that decides
how long it stays there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from kiosk.catalogue.service import Service
from kiosk.dates import full_day_words, short_moment_words, span_words
from kiosk.flow.known import KeptFor, Known, KnownApplication
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be told by itself."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What the sentences depend on besides what is known."""

    services: tuple[Service, ...]
    zone: tzinfo | None
    now: datetime
    has_simulated_printer: bool = False


def known_topics(known: Known, around: Around, texts: Texts) -> tuple[Topic, ...]:
    """Return everything that is kept about somebody, application by application, and what is not.

    Never contents: what was answered, photographed and signed is not known here.
    """
    say = texts.say
    topics = [
        Topic(_title(it, around, texts), tuple(_application(it, known.kept_for, around, texts)))
        for it in known.applications
    ]
    if known.by_card:
        key = "known.card" if known.applications else "known.card_only_read"
        topics.append(Topic(say("known.card_title"), (say(key),)))
    topics.append(Topic(say("known.not_title"), tuple(_not_kept(known, around, texts))))
    return tuple(topics)


def known_title(known: Known, texts: Texts) -> str:
    """Return what stands above it."""
    if not known.applications:
        return texts.say("known.nothing_title")
    return texts.say("known.title" if known.by_card else "known.one_title")


def _title(application: KnownApplication, around: Around, texts: Texts) -> str:
    names = {service.service_id: service.name.say(texts.language) for service in around.services}
    service = names.get(application.service_id, application.service_id)
    return f"{service} · {' '.join(application.number_groups)}"


def _application(
    it: KnownApplication, kept_for: KeptFor, around: Around, texts: Texts
) -> Iterable[str]:
    say = texts.say
    yield say("known.received", moment=_moment(it.received_at, around, texts))
    if it.is_unseen:
        yield say("known.unseen")
    if it.delivered_at is not None:
        yield say("known.delivered", moment=_moment(it.delivered_at, around, texts))
    else:
        yield say("known.held" if it.is_held else "known.waiting")
    yield _sealed_copy(it, kept_for, around, texts)
    if it.has_rating:
        yield say("known.rating")
    yield say("known.record", name=it.beneficiary or it.applicant)
    if it.beneficiary:
        yield say("known.applicant", name=it.applicant)
    if it.helper:
        yield say("known.helper", name=it.helper)
    yield say("known.printed", n=it.times_printed)
    if it.other_papers:
        yield say("known.other_papers", n=it.other_papers)
    yield from _office(it, kept_for, around, texts)
    if it.delivered_at is None:
        yield say("known.record_waiting", time=span_words(kept_for.records, texts))
    else:
        yield say("known.record_until", day=_day(it.delivered_at + kept_for.records, around, texts))


def _sealed_copy(it: KnownApplication, kept_for: KeptFor, around: Around, texts: Texts) -> str:
    say = texts.say
    if not it.is_sealed_copy_here:
        return say("known.copy_lost" if it.delivered_at is None else "known.copy_gone")
    if it.delivered_at is None:
        return say("known.copy_waiting", time=span_words(kept_for.envelopes, texts))
    until = it.delivered_at + kept_for.envelopes
    if until <= around.now:
        return say("known.copy_soon")
    return say("known.copy_until", moment=_moment(until, around, texts))


def _office(it: KnownApplication, kept_for: KeptFor, around: Around, texts: Texts) -> Iterable[str]:
    if it.words_at is None:
        return
    say, at = texts.say, _moment(it.words_at, around, texts)
    key = f"status.office.{it.office_state or 'received'}"
    state = say(key) if texts.has(key) else it.office_state
    yield say("known.office", moment=at, state=state)
    if it.office_words:
        day = _day(it.words_at + kept_for.words, around, texts)
        yield say("known.words", words=it.office_words.rstrip("。."), day=day)


def _not_kept(known: Known, around: Around, texts: Texts) -> Iterable[str]:
    say = texts.say
    is_sealed = any(it.is_sealed_copy_here for it in known.applications)
    yield say("known.not_readable" if is_sealed else "known.not_here")
    yield say("known.not_fingerprint")
    yield say("known.not_drafts")
    yield say("known.journal", time=span_words(known.kept_for.journal, texts))
    if known.has_damaged_records:
        yield say("known.damaged")
    if known.has_strange_envelopes:
        yield say("known.strange")
    if around.has_simulated_printer:
        yield say("known.papers")


def _moment(at: datetime, around: Around, texts: Texts) -> str:
    return short_moment_words(at.astimezone(around.zone), texts)


def _day(at: datetime, around: Around, texts: Texts) -> str:
    return full_day_words(at.astimezone(around.zone).date(), texts)
