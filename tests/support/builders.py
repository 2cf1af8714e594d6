"""Values of the trade for tests, each with sensible content: say only what matters to the test.

All people are invented. Services and calendars are in `tests.support.services`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from kiosk.catalogue.service import PhotoNeed, QuestionType, Service
from kiosk.clock import Moment
from kiosk.domain import (
    AppId,
    Identity,
    IdentityAssurance,
    Language,
    Person,
    Sex,
    Signature,
    StaffMember,
    StaffRole,
)
from kiosk.flow.document_try import DocumentWays
from kiosk.flow.known import KeptFor, Known, KnownApplication, Unseen
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Sealed, Session, StatusItem, Step
from kiosk.flow.world import Network, Site, SiteRules, World
from kiosk.photos import Findings, Photo
from tests.support.services import a_question, the_number_rule, the_sample_service

ZH, EN = Language("zh_CN"), Language("en")
A_MORNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
A_VOLUNTEER = StaffMember("v-7", "Li Wen", StaffRole.VOLUNTEER)
ANOTHER_VOLUNTEER = StaffMember("v-8", "An Ran", StaffRole.VOLUNTEER)
AN_APP_ID = AppId("019aa0b0-0000-7000-8000-000000000001")
KEPT_FOR = KeptFor(timedelta(hours=72), timedelta(days=90), timedelta(days=30), timedelta(days=183))
A_JPEG = b"\xff\xd8\xff\xe0 a face \xff\xd9"


@dataclass
class FakeClock:
    """A clock that stands still until told; its monotonic reading begins anywhere."""

    at: datetime = A_MORNING
    monotonic_s: float = 5_000.0

    def now(self) -> Moment:
        """Return the instant it stands at."""
        return Moment(self.at, self.monotonic_s)

    def pass_s(self, seconds: float) -> Moment:
        """Let time pass on both readings; return the new instant."""
        self.at += timedelta(seconds=seconds)
        self.monotonic_s += seconds
        return self.now()

    def set_wall(self, at: datetime) -> None:
        """Set the clock on the wall; how long things take is not touched by it."""
        self.at = at


def a_person(
    full_name: str = "张桂英",
    document_number: str = "11010519491231002X",
    birth_date: date | None = date(1949, 12, 31),
) -> Person:
    """Return a resident as a card describes them."""
    return Person(
        document_type="cn.resident_id",
        document_number=document_number,
        full_name=full_name,
        sex=Sex.FEMALE,
        birth_date=birth_date,
        address="湖畔区长明街9号",
        issuer="湖畔区公安局",
        valid_from=date(2015, 1, 1),
    )


def another_person() -> Person:
    """Return somebody else."""
    return a_person("李守田", "990101194503150035", date(1945, 3, 15))


def a_photo(*, is_simulated: bool = False) -> Photo:
    """Return a portrait on which nothing was found wanting."""
    return Photo(A_JPEG, 358, 441, "cn.id_card", Findings(), simulated=is_simulated)


def a_signature() -> Signature:
    """Return a signature of two strokes."""
    return Signature((((10, 40), (200, 90), (300, 20)), ((320, 60), (500, 70))), 1200, 400)


def a_service(photo: PhotoNeed = PhotoNeed.WANTED, service_id: str = "days_away") -> Service:
    """Return a service whose questions depend on each other: a note, a choice, a text that is only
    asked without company, and two numbers of which the second must go with the first.
    """
    return replace(
        the_sample_service(),
        service_id=service_id,
        photo=photo,
        papers=(),
        questions=(
            a_question("card_age", QuestionType.HIDDEN),
            a_question("hello", QuestionType.NOTE),
            a_question("alone", QuestionType.SELECT_ONE, is_required=True, choices=("yes", "no")),
            a_question("company", is_required=True, relevant="${alone} = 'no'"),
            a_question(
                "days_out",
                QuestionType.INTEGER,
                is_required=True,
                constraint=". >= 0 and . <= 7",
                appearance="numbers",
            ),
            a_question("days_home", QuestionType.INTEGER, constraint=". + ${days_out} <= 7"),
        ),
    )


def a_world(
    *services: Service,
    rules: SiteRules | None = None,
    duty: StaffMember | None = None,
    network: Network = Network.ONLINE,
) -> World:
    """Return what surrounds a visit: one service unless others are given, nobody on duty."""
    return World(
        services=services or (a_service(),),
        site=Site("湖畔社区服务站", "0100 555 0199", "Monday to Friday, 9 to 17"),
        rules=replace(rules or SiteRules(), photo_format="cn.id_card"),
        today=A_MORNING.date(),
        now=A_MORNING,
        duty=duty,
        staff=(A_VOLUNTEER, ANOTHER_VOLUNTEER),
        network=network,
        number_rule=the_number_rule(),
        documents=DocumentWays(reads_chip=True, reads_lines=True),
    )


def a_session(step: Step = Step.HOME, world: World | None = None, **changes: object) -> Session:
    """Return a session at a step; away from Home it is somebody's visit of the first service.

    `changes` are fields of the session.
    """
    world = a_world() if world is None else world
    session = empty_session(world)
    if step is not Step.HOME:
        session = replace(
            session,
            step=step,
            session_id="s-1",
            started_at=A_MORNING,
            service_id=world.services[0].service_id,
        )
    if changes.get("person") is not None:
        changes.setdefault("identity", Identity(IdentityAssurance.CARD_READ, A_MORNING))
    return replace(session, **changes)  # type: ignore[arg-type] # named by the caller


def a_sealed(app_id: str = "019aa0b0-0000-7000-8000-000000000001") -> Sealed:
    """Return what the store says of an application that is durable."""
    return Sealed(
        app_id=AppId(app_id),
        number_groups=("3702", "0001", "K7"),
        query_code="7K4MPQ",
        received_at=A_MORNING,
        ask_by=date(2026, 12, 18),
        counts_from_delivery=False,
        query_url="https://platform.example/q/37020001K7?c=7K4MPQ",
    )


def a_status(number_groups: tuple[str, ...] = ("3702", "0001", "K7")) -> StatusItem:
    """Return the last known state of a delivered application."""
    return StatusItem(
        number_groups=number_groups,
        service_id="days_away",
        received_at=A_MORNING,
        delivered_at=A_MORNING,
        office_state="",
        office_words="",
        as_of=A_MORNING,
        app_id=AN_APP_ID,
    )


def a_known_application(*, is_unseen: bool = False) -> KnownApplication:
    """Return what is kept of a delivered application whose sealed copy is still here."""
    return KnownApplication(
        app_id=AN_APP_ID,
        number_groups=("3702", "0001", "K7"),
        service_id="days_away",
        received_at=A_MORNING,
        applicant="张*英",
        helper="",
        times_printed=1,
        delivered_at=A_MORNING,
        is_held=False,
        is_sealed_copy_here=True,
        has_rating=False,
        office_state="",
        office_words="",
        words_at=None,
        is_unseen=is_unseen,
    )


def a_known(*applications: KnownApplication, by_card: bool = True) -> Known:
    """Return everything that is kept about somebody."""
    return Known(applications, by_card, KEPT_FOR)


def an_unseen() -> Unseen:
    """Return an application whose number nobody was shown."""
    return Unseen(AN_APP_ID, ("3702", "0001", "K7"), "7K4MPQ", "days_away", A_MORNING)


def good_answers() -> Mapping[str, str]:
    """Return answers to every question of `a_service`, as they are typed or chosen."""
    return {"hello": "", "alone": "no", "company": "my sister", "days_out": "3", "days_home": "4"}
