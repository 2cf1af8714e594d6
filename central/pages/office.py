"""The pages of the office: kiosks, entries, one application with a status to set, staff.

That of the notices has a module of its own.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.enrolment import create_code
from central.missing import clear_alarm, what_is_missing
from central.opening import open_contents
from central.pages.frame import (
    HEADERS,
    PICTURE_HEADERS,
    Refusal,
    Templates,
    go_to,
    read_form,
    style_sheet,
)
from central.pages.notices import add_notices
from central.pages.records import (
    ENTRIES_PER_PAGE,
    list_entries,
    list_kiosks,
    list_sites,
    note_look,
    show_entry,
)
from central.pages.sign_in import COOKIE, Door, SignInNeeded, give_cookie
from central.pages.words import (
    LEVEL_WORDS,
    OFFICE_LANGUAGES,
    RELATION_WORDS,
    STATUS_WORDS,
    identity_lines,
)
from central.platform import Platform
from central.staffing import add_member, remove_member
from central.statuses import set_status
from kiosk.envelope import AppId, Contents, Person, StaffRole, is_app_id, mask_name, mask_number
from sync.protocol import StatusCode


def add_office_pages(app: FastAPI, platform: Platform, templates: Templates) -> None:
    """Give the application the pages of the office."""
    door = Door(platform)
    router = APIRouter(prefix="/office", include_in_schema=False)
    _add_sign_in(router, door, templates)
    _add_kiosks(router, platform, door, templates)
    _add_entries(router, platform, door, templates)
    _add_pictures(router, platform, door)
    _add_staff(router, platform, door, templates)
    add_notices(router, platform, door, templates)
    app.include_router(router)

    @app.get("/style.css", include_in_schema=False)
    def style() -> Response:
        return style_sheet()

    @app.get("/", include_in_schema=False)
    def front_door() -> Response:
        return go_to("/office/")

    async def ask_to_sign_in(_: Request, __: Exception) -> Response:
        return go_to("/office/sign-in")

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal), "registered for this kind alone"
        return templates.page("refusal.html", error.status, sentence=error.sentence)

    app.add_exception_handler(SignInNeeded, ask_to_sign_in)
    app.add_exception_handler(Refusal, refuse)


def _add_sign_in(router: APIRouter, door: Door, templates: Templates) -> None:
    @router.get("/sign-in")
    def ask_password() -> Response:
        return templates.page("sign_in.html", problem="")

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        who = request.client.host if request.client else ""
        cookie = await run_in_threadpool(door.open_for, form.get("password", ""), who)
        if cookie is None:
            return templates.page("sign_in.html", 403, problem="This password is wrong.")
        answer = go_to("/office/")
        give_cookie(answer, request, cookie)
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        signed_in.check(await read_form(request))
        await run_in_threadpool(door.close_for, request)
        answer = go_to("/office/sign-in")
        answer.delete_cookie(COOKIE, path="/office")
        return answer


def _add_kiosks(router: APIRouter, platform: Platform, door: Door, templates: Templates) -> None:
    @router.get("/")
    def overview(request: Request) -> Response:
        door.who_is_in(request)
        return go_to("/office/entries")

    @router.get("/kiosks")
    def kiosks(request: Request) -> Response:
        signed_in = door.who_is_in(request)
        lines = list_kiosks(platform)
        return templates.page("kiosks.html", csrf=signed_in.csrf, kiosks=lines, code="", site="")

    @router.post("/kiosks")
    async def make_code(request: Request) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        form = await read_form(request)
        signed_in.check(form)
        site = " ".join(form.get("site", "").split())[:100]
        if not site:
            raise Refusal(400, "Say where the kiosk will stand.")
        phone = form.get("phone", "").strip()[:50]
        code = await run_in_threadpool(create_code, platform, site, phone)
        lines = await run_in_threadpool(list_kiosks, platform)
        return templates.page(
            "kiosks.html", csrf=signed_in.csrf, kiosks=lines, code=str(code), site=site
        )


def _add_entries(router: APIRouter, platform: Platform, door: Door, templates: Templates) -> None:
    @router.get("/entries")
    def entries(request: Request, page: int = 0, rehearsals: int = 0) -> Response:
        signed_in = door.who_is_in(request)
        page = min(max(page, 0), 10**6)
        lines, total = list_entries(platform, rehearsals=bool(rehearsals), page=page)
        return templates.page(
            "entries.html",
            csrf=signed_in.csrf,
            entries=lines,
            total=total,
            page=page,
            has_more=(page + 1) * ENTRIES_PER_PAGE < total,
            rehearsals=bool(rehearsals),
            words=STATUS_WORDS,
        )

    @router.get("/missing")
    def missing(request: Request) -> Response:
        signed_in = door.who_is_in(request)
        return templates.page("missing.html", csrf=signed_in.csrf, it=what_is_missing(platform))

    @router.post("/kiosks/{kiosk}/alarm")
    async def take_alarm_back(request: Request, kiosk: str) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        form = await read_form(request)
        signed_in.check(form)
        if form.get("seen") != "yes":
            raise Refusal(400, "Say that the technician has looked into it.")
        if not await run_in_threadpool(clear_alarm, platform, kiosk, form.get("alarm", "")):
            raise Refusal(409, "There is another warning now. Open the page again.")
        return go_to("/office/missing")

    @router.get("/entries/{app_id}")
    def entry(request: Request, app_id: str, show: int = 0) -> Response:
        signed_in = door.who_is_in(request)
        shown = show_entry(platform, _id(app_id), unmasked=bool(show))
        if shown is None:
            raise Refusal(404, "There is no such entry.")
        person = shown.contents.person if shown.contents else None
        return templates.page(
            "entry.html",
            csrf=signed_in.csrf,
            entry=shown,
            it=shown.contents,
            person=person,
            identity=_identity(shown.contents, show=bool(show)),
            applicant=_applicant(shown.contents, show=bool(show)),
            relations=RELATION_WORDS,
            levels=LEVEL_WORDS,
            name=_name(person, show=bool(show)),
            number=_number(person, show=bool(show)),
            unmasked=bool(show),
            codes=list(StatusCode),
            languages=OFFICE_LANGUAGES,
            words=STATUS_WORDS,
        )

    @router.post("/entries/{app_id}/status")
    async def decide(request: Request, app_id: str) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        form = await read_form(request)
        signed_in.check(form)
        if form.get("status") not in set(StatusCode):
            raise Refusal(400, "Choose a state.")
        words = tuple((name, form.get(name, "")) for name, _ in OFFICE_LANGUAGES)
        code = StatusCode(form["status"])
        if code is StatusCode.MORE_PAPERS and not any(text.strip() for _, text in words):
            raise Refusal(400, "Say what is missing: the resident reads it on the kiosk.")
        if not await run_in_threadpool(set_status, platform, _id(app_id), code, words):
            raise Refusal(404, "There is no such entry.")
        return go_to(f"/office/entries/{app_id}")


def _add_pictures(router: APIRouter, platform: Platform, door: Door) -> None:
    @router.get("/entries/{app_id}/photo")
    def photo(request: Request, app_id: str) -> Response:
        door.who_is_in(request)
        contents = open_contents(platform, _id(app_id))
        note_look(platform, _id(app_id))
        jpeg = contents.photo_jpeg if isinstance(contents, Contents) else None
        return _picture(jpeg, "image/jpeg")

    @router.get("/entries/{app_id}/{whose}/{side}")
    def card(request: Request, app_id: str, whose: str, side: int) -> Response:
        door.who_is_in(request)
        contents = open_contents(platform, _id(app_id))
        note_look(platform, _id(app_id))
        jpegs = _cards(contents, whose) if isinstance(contents, Contents) else ()
        is_there = 1 <= side <= len(jpegs)
        return _picture(jpegs[side - 1] if is_there else None, "image/jpeg")

    @router.get("/entries/{app_id}/card-portrait")
    def portrait(request: Request, app_id: str) -> Response:
        door.who_is_in(request)
        contents = open_contents(platform, _id(app_id))
        note_look(platform, _id(app_id))
        jpeg = contents.portrait_jpeg if isinstance(contents, Contents) else None
        return _picture(jpeg, "image/jpeg")

    @router.get("/entries/{app_id}/signature")
    def signature(request: Request, app_id: str) -> Response:
        door.who_is_in(request)
        contents = open_contents(platform, _id(app_id))
        svg = contents.signature_svg if isinstance(contents, Contents) else None
        return _picture(svg, "image/svg+xml")


def _add_staff(router: APIRouter, platform: Platform, door: Door, templates: Templates) -> None:
    def staff_page(csrf: str, problem: str, status: int = 200) -> Response:
        sites = list_sites(platform)
        return templates.page(
            "staff.html", status, csrf=csrf, sites=sites, roles=list(StaffRole), problem=problem
        )

    @router.get("/staff")
    def staff(request: Request) -> Response:
        return staff_page(door.who_is_in(request).csrf, "")

    @router.post("/staff")
    async def add(request: Request) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        form = await read_form(request)
        signed_in.check(form)
        if form.get("role") not in set(StaffRole):
            raise Refusal(400, "Choose a role.")
        added = await run_in_threadpool(
            add_member,
            platform,
            form.get("site", ""),
            form.get("name", ""),
            StaffRole(form["role"]),
            form.get("pin", ""),
        )
        if isinstance(added, str):
            return await run_in_threadpool(staff_page, signed_in.csrf, added, 400)
        return go_to("/office/staff")

    @router.post("/staff/{staff_id}/remove")
    async def remove(request: Request, staff_id: str) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        signed_in.check(await read_form(request))
        if not await run_in_threadpool(remove_member, platform, staff_id):
            raise Refusal(404, "There is nobody of this name.")
        return go_to("/office/staff")


def _id(app_id: str) -> AppId:
    if not is_app_id(app_id):
        raise Refusal(404, "There is no such entry.")
    return AppId(app_id)


def _name(person: Person | None, *, show: bool) -> str:
    if person is None:
        return ""
    return person.full_name if show else mask_name(person.full_name)


def _number(person: Person | None, *, show: bool) -> str:
    if person is None:
        return ""
    return person.document_number if show else mask_number(person.document_number)


def _identity(contents: Contents | None, *, show: bool) -> tuple[str, ...]:
    identity = None if contents is None else contents.identity
    return () if identity is None else identity_lines(identity, show=show)


def _applicant(contents: Contents | None, *, show: bool) -> dict[str, object] | None:
    """Return what the page says of who applied for somebody else."""
    it = None if contents is None else contents.applicant
    if it is None:
        return None
    return {
        "name": _name(it.person, show=show),
        "document": f"{it.person.document_type} {_number(it.person, show=show)}",
        "identity": identity_lines(it.identity, show=show),
        "proof": it.proof,
        "pictures": len(it.card_jpegs),
    }


def _cards(contents: Contents, whose: str) -> tuple[bytes, ...]:
    """Return the pictures of a card: `card` of whom it is about, `applicant-card` of who applied
    for them; or the pages of a paper, `paper-1` and on.
    """
    if whose == "card":
        return contents.card_jpegs
    if whose.startswith("paper-"):
        place = whose.removeprefix("paper-")
        number = int(place) if place.isdecimal() and len(place) < 3 else 0
        papers = contents.papers[number - 1 : number] if number else ()
        return tuple(page.jpeg for paper in papers for page in paper.shown.pages)
    applicant = contents.applicant
    return applicant.card_jpegs if whose == "applicant-card" and applicant is not None else ()


def _picture(data: bytes | None, media_type: str) -> Response:
    if data is None:
        return Response(status_code=404, headers=HEADERS)
    return Response(data, media_type=media_type, headers=PICTURE_HEADERS)
