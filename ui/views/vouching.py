"""Who vouches for whom, and who applies for whom: asked by choices, one question per screen."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.domain import KnownFor, Purpose, Standing, mask_name
from kiosk.flow.for_others import RELATION
from kiosk.flow.session import Session
from kiosk.flow.vouching import BIRTH, KNOWN_FOR, STANDING, TEXT_VERSION
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.before import CardNoticeView, Fact
from ui.views.card import CardView, a_card_view
from ui.views.consent import ConsentView
from ui.views.ladder import TypedNumberView, number_view
from ui.views.pager import pager
from ui.views.question import AnswerKind, ChoiceView, QuestionView, date_words, problem_words


def relation_view(session: Session, world: World, texts: Texts) -> QuestionView:
    """Return the question for whom it is, with what the office wants to see of it."""
    service = world.service(session.service_id)
    names = () if service is None else service.on_behalf
    proof = "" if service is None else service.on_behalf_proof.say(session.display.language)
    hint = texts.say("others.proof", proof=proof) if proof else texts.say("others.no_proof")
    choices = tuple(ChoiceView(it.value, texts.say(f"others.relation.{it}")) for it in names)
    given = "" if session.relation is None else session.relation.value
    return _asked(RELATION, texts.say("others.title"), hint, choices, given, session, texts)


def vouch_notice_view(_session: Session, _world: World, texts: Texts) -> CardNoticeView:
    """Return who can vouch and what is kept of them, before their card is read."""
    shown = (("person_check", "who"), ("id_card", "card"), ("lock", "kept"))
    return CardNoticeView(
        title=texts.say("vouching.title"),
        facts=tuple(
            Fact(icon, texts.say(f"vouching.{name}"), texts.say(f"vouching.{name}_line"))
            for icon, name in shown
        ),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("vouching.go_on")),
    )


def voucher_card_view(session: Session, world: World, texts: Texts) -> CardView:
    """Return what is said while the voucher's card is waited for."""
    words = "vouching.card_title", "vouching.same_card"
    return a_card_view(session, world, texts, words, leads_on=False)


def standing_view(session: Session, _world: World, texts: Texts) -> QuestionView:
    """Return the question what the voucher is to them."""
    title, hint = texts.say("vouching.standing.title"), _to_voucher(session, texts)
    return _asked(
        STANDING,
        title,
        hint,
        _choices(Standing, "vouching.standing", texts),
        session.vouching.standing or "",
        session,
        texts,
    )


def known_for_view(session: Session, _world: World, texts: Texts) -> QuestionView:
    """Return the question since when."""
    title, hint = texts.say("vouching.known_for.title"), _to_voucher(session, texts)
    return _asked(
        KNOWN_FOR,
        title,
        hint,
        _choices(KnownFor, "vouching.known_for", texts),
        session.vouching.known_for or "",
        session,
        texts,
    )


def vouched_number_view(session: Session, world: World, texts: Texts) -> TypedNumberView:
    """Return the question for a number that perhaps nobody knows."""
    title, hint = texts.say("vouching.number"), texts.say("vouching.number_hint")
    view = number_view(title, hint, session, world, texts)
    return TypedNumberView(
        title=view.title,
        hint=view.hint,
        problem=view.problem,
        letter=view.letter,
        length=view.length,
        erase=view.erase,
        bar=view.bar,
        may_be_empty=True,
    )


def birth_view(session: Session, _world: World, texts: Texts) -> QuestionView:
    """Return the question for the day of birth, which may stay open."""
    title, hint = texts.say("vouching.birth"), texts.say("vouching.birth_hint")
    draft = session.question_draft
    return _asked(BIRTH, title, hint, (), draft, session, texts, kind=AnswerKind.DATE)


def statement_view(session: Session, _world: World, texts: Texts) -> ConsentView:
    """Return what the voucher states, with their name masked."""
    card = session.vouching.card
    name = "" if card is None else mask_name(card.full_name)
    return ConsentView(
        purpose=Purpose.VOUCHING,
        text_version=TEXT_VERSION,
        title=texts.say("vouching.states.title", name=name),
        sentences=tuple(texts.say(f"vouching.states.{it}") for it in ("know", "kept", "false")),
        yes=texts.say("vouching.states.yes"),
        yes_line=texts.say("vouching.states.yes_line"),
        no=texts.say("vouching.states.no"),
        no_line=texts.say("vouching.states.no_line"),
        helped="",
        pager=pager(texts),
        bar=Bar(texts.say("bar.back")),
    )


def _to_voucher(session: Session, texts: Texts) -> str:
    card = session.vouching.card
    return texts.say("vouching.asked", name="" if card is None else mask_name(card.full_name))


def _choices(names: Iterable[str], place: str, texts: Texts) -> tuple[ChoiceView, ...]:
    return tuple(ChoiceView(str(it), texts.say(f"{place}.{it}")) for it in names)


def _asked(
    name: str,
    title: str,
    hint: str,
    choices: tuple[ChoiceView, ...],
    draft: str,
    session: Session,
    texts: Texts,
    kind: AnswerKind = AnswerKind.CHOICES,
) -> QuestionView:
    return QuestionView(
        name=name,
        title=title,
        hint=hint,
        kind=kind,
        choices=choices,
        draft=draft,
        problem=problem_words(session.question_problem, session, texts),
        dates=date_words(texts),
        erase=texts.say("pad.erase"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("bar.next")),
        since_s=session.step_since_s,
    )
