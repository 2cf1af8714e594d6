"""A site, a service and people to show screens with: all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from kiosk.catalogue.service import (
    Choice,
    PaperForm,
    PaperWanted,
    PhotoNeed,
    Question,
    QuestionType,
    Service,
    Words,
)
from kiosk.clock import Moment
from kiosk.domain import (
    Consent,
    Identity,
    IdentityAssurance,
    Language,
    Person,
    Purpose,
    Relation,
    Sex,
    StaffMember,
    StaffRole,
)
from kiosk.flow.document_try import DocumentWays
from kiosk.flow.session import Display, Session, Step, TextScale, Theme
from kiosk.flow.world import Network, OfficeNotice, Site, SiteRules, World
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import TrustLevel
from kiosk.texts import load_texts
from tests.support.services import the_number_rule

ASSETS = Path(__file__).resolve().parents[2] / "assets"
TEXTS = load_texts(ASSETS / "locale")
ZH, EN = Language("zh_CN"), Language("en")

NOW = datetime(2026, 11, 20, 9, 41, tzinfo=timezone(timedelta(hours=8)))


def moment() -> Moment:
    """Return one and the same instant."""
    return Moment(NOW.astimezone(UTC), 100.0)


def words(chinese: str, english: str) -> Words:
    """Return words in both languages."""
    return Words(((ZH, chinese), (EN, english)))


A_NOTICE = OfficeNotice(words("明天停电检修。", "There is no power tomorrow."))

LONGEST_NOTICE = OfficeNotice(
    words(
        "春节二月五日至十一日放假，照常接收申请，节后再审核。急事请打值班电话找工作人员。",
        "The office is closed from 5 to 11 February. You can apply all the same as usual.",
    )
)
"""As much as the platform takes in."""

QUESTIONS = (
    Question(
        "intro",
        QuestionType.NOTE,
        words("下面问您几个小问题，大约两分钟。", "A few short questions now, about two minutes."),
    ),
    Question(
        "pay_to",
        QuestionType.SELECT_ONE,
        words("津贴发到哪里？", "Where should the allowance be paid?"),
        hint=words(
            "选一个您常用的。没有银行卡，可以请志愿者帮忙开。",
            "Choose the one you use. No bank card? A volunteer can help you open an account.",
        ),
        is_required=True,
        choices=(
            Choice("social_card", words("社会保障卡", "Social security card")),
            Choice("bank_card", words("其他银行卡", "Another bank card")),
            Choice("passbook", words("存折", "Savings book")),
            Choice("not_sure", words("我不确定", "I am not sure")),
        ),
    ),
    Question(
        "account_number",
        QuestionType.TEXT,
        words("卡号是多少？", "What is the card's number?"),
        hint=words("在卡的正面，一个一个按。", "On the front of the card, one by one."),
        is_required=True,
        appearance="numbers",
    ),
    Question(
        "phone",
        QuestionType.TEXT,
        words("您的手机号是多少？", "What is your mobile number?"),
        hint=words("没有手机就空着，按“下一步”。", "No phone? Leave it empty and touch “Next”."),
        appearance="numbers",
    ),
    Question(
        "household_size",
        QuestionType.INTEGER,
        words("家里一共住几个人？", "How many people live in your home?"),
        is_required=True,
    ),
    Question(
        "residence_since",
        QuestionType.DATE,
        words("哪一天开始住在这里的？", "Since which day have you lived here?"),
        hint=words("记不清日子，写个大概的也行。", "If you are not sure, a rough date will do."),
        is_required=True,
    ),
)

SERVICE = Service(
    service_id="old_age_allowance",
    version="1",
    icon="money",
    routing_group="welfare",
    name=words("高龄津贴", "Old-age allowance"),
    tagline=words("80 岁以上 · 约 6 分钟", "80 and over · about 6 minutes"),
    description=words(
        "80 岁以上的老人，每个月可以领一笔津贴。",
        "People of 80 and over can receive a small allowance every month.",
    ),
    who_may_apply=words(
        "年满 80 岁，户口在本地的老人。", "Everybody of 80 or over who is registered here."
    ),
    bring=(
        words("身份证", "Your ID card"),
        words("银行卡或存折", "A bank card or savings book"),
    ),
    minutes=6,
    fee=words("不收钱", "Free of charge"),
    competent_authority=words("槐树里街道民政办", "Huaishuli street civil affairs office"),
    authority_phone="0531-0000-0000",
    answer_within_working_days=5,
    where_to_go=words(
        "槐树里街道民政办，一楼 3 号窗口。",
        "Huaishuli street civil affairs office, ground floor, window 3.",
    ),
    card_purpose=words(
        "读身份证，只为知道您的姓名、出生日期和住址，填进这张申请表。",
        "Your card is read only to put your name, date of birth and address into this form.",
    ),
    consent_version="1",
    consent_data=words(
        "我们会把您的身份证信息和您的回答送到街道民政办，只用来办这一件事。"
        "办完后，这台机器上不留您的信息。",
        "We send what is on your card and your answers to the street's civil affairs office, "
        "for this one application only. Afterwards nothing of it stays on this machine.",
    ),
    consent_photo=words(
        "我们想给您拍一张正面照片，让工作人员确认是您本人来办的。"
        "照片只随这次申请送出。不拍也能办，由工作人员核对。",
        "We would like to take a photo of your face, so that the office knows it was you. "
        "It goes with this application only. Without a photo you can still apply: "
        "an attendant checks instead.",
    ),
    photo=PhotoNeed.WANTED,
    questions=QUESTIONS,
    least_identity=IdentityAssurance.VOUCHED,
    on_behalf=tuple(Relation),
    on_behalf_proof=words(
        "户口本，或者居委会的证明。没带也可以先申请，之后再给民政局看。",
        "The household register, or a note of the committee. "
        "You can apply without it and show it to the bureau later.",
    ),
)

PAPERS = (
    PaperWanted(
        "household_register",
        words("户口本", "Household register"),
        words("首页和您本人那一页。", "The first page and your own page."),
        most_pages=4,
        wants=TrustLevel.B,
    ),
    PaperWanted(
        "bank_card",
        words("银行卡", "Bank card"),
        words("收津贴用。", "For the money."),
        PaperForm.CARD,
        is_required=False,
    ),
)
SERVICE = replace(SERVICE, papers=PAPERS)

VOLUNTEER = StaffMember("v1", "李晓燕", StaffRole.VOLUNTEER)

PERSON = Person(
    document_type="cn.resident_id",
    document_number="11010519491231002X",
    full_name="张桂英",
    sex=Sex.FEMALE,
    birth_date=date(1941, 3, 8),
    address="示范市槐树里 12 号楼 3 单元 402",
)


def a_world(
    *,
    network: Network = Network.ONLINE,
    duty: StaffMember | None = VOLUNTEER,
    simulated: tuple[str, ...] = ("card_reader", "camera", "printer"),
    services: tuple[Service, ...] = (SERVICE,),
    has_printer: bool = True,
    printer: PrinterState | None = None,
) -> World:
    """Return a site with one service, a volunteer on duty, and simulated devices."""
    return World(
        has_acknowledgement=True,
        has_printer=has_printer,
        printer=printer,
        has_voice=True,
        services=services,
        site=Site("槐树里社区服务点", "0531-0000-0000", ""),
        rules=SiteRules(),
        today=NOW.date(),
        now=NOW,
        duty=duty,
        staff=(VOLUNTEER,),
        network=network,
        simulated=simulated,
        number_rule=the_number_rule(),
        documents=DocumentWays(reads_chip=True, reads_lines=True),
    )


def a_session(
    step: Step = Step.HOME,
    language: Language = ZH,
    *,
    scale: TextScale = TextScale.NORMAL,
    theme: Theme = Theme.LIGHT,
    is_lowered: bool = False,
    **changes: Any,  # noqa: ANN401 - fields of the session
) -> Session:
    """Return a visit that stands at `step`, with a card read where one would have been."""
    display = Display(language, scale, theme, is_lowered)
    session = Session(display=display, step=step)
    if step is not Step.HOME:
        session = replace(session, session_id="s1", service_id=SERVICE.service_id)
    if step not in {Step.HOME, Step.GUIDE, Step.FOR_WHOM, Step.CARD_NOTICE, Step.CARD}:
        consents = (Consent(Purpose.DATA, True, "1", language, NOW),)
        known = Identity(IdentityAssurance.CARD_READ, NOW)
        session = replace(session, person=PERSON, identity=known, consents=consents)
    if step is Step.QUESTION:
        session = replace(session, question="pay_to")
    return replace(session, **changes)
