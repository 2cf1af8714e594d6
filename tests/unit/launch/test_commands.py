"""The technician's commands: what they print, how they end, and in which words they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.enrolment import load_enrolment
from tests.support.central_server import CentralServer
from tests.support.command import kiosk
from tests.support.enrolled_places import EnrolledPlace, bare_settings
from tests.support.homes import Home
from tests.support.lying_platform import Call, LyingPlatform, lying_platform, portal
from tests.support.slips import text_of

COMMANDS = [
    "run",
    "demo",
    "rehearse",
    "doctor",
    "enrol",
    "sync",
    "queue",
    "paper",
    "verify",
    "settings",
    "catalogue",
    "desk",
]


@pytest.fixture(scope="module")
def home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A kiosk of this file's own, on which nobody applies: the doctor tells of all there was."""
    return Home(tmp_path_factory.mktemp("home"), central)


@pytest.fixture
def place(central: CentralServer, tmp_path: Path) -> Iterator[EnrolledPlace]:
    """An enrolled kiosk without devices, with a queue of its own."""
    place = EnrolledPlace(central, tmp_path)
    yield place
    place.close()


@pytest.fixture
def liar(central: CentralServer) -> Iterator[LyingPlatform]:
    """Something between kiosk and platform."""
    with lying_platform(central.port) as liar:
        yield liar


# --- help ---


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """`--help` says in a sentence what it is for and names every option with words."""
    done = kiosk(command, "--help")
    assert done.status == 0
    sentence = done.out.split("\n\n")[1]
    assert sentence.strip().endswith(".")
    assert f"kiosk {command}" in done.out


def test_the_list_of_commands_is_whole() -> None:
    """`kiosk --help` names them all; no command at all is refused with the list."""
    done = kiosk("--help")
    assert done.status == 0
    for command in COMMANDS:
        assert f"\n    {command}" in done.out
    assert kiosk().status == 2


# --- settings ---


def test_settings_that_are_right_are_shown(home: Home) -> None:
    """Each option in force, and what is secret is not printed."""
    done = kiosk("settings", settings=home.settings_file)
    assert done.status == 0
    assert 'card_reader.kind = "simulated"' in done.out


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('[camera]\nkidn = "none"\n', "E-SET-01", "line 2: [camera] kidn"),
        ('[camera]\nkind = "polaroid"\n', "E-SET-02", "line 2: [camera] kind"),
        ("[courier]\npoll_s = 0.1\n", "E-SET-02", "line 2: [courier] poll_s"),
        ('[printer]\nkind = "escpos_tcp"\n', "E-SET-02", "host must be given"),
        ('[platform]\nurl = "https://far.example"\n', "E-SET-02", "ca_file must be given"),
        ('[kiosk]\nregion = "atlantis"\n', "E-SET-02", "atlantis"),
        ("[kiosk\n", "E-SET-02", "line 1"),
    ],
)
@pytest.mark.parametrize("command", ["settings", "rehearse"])
def test_settings_that_are_wrong_are_named(
    tmp_path: Path, command: str, text: str, code: str, words: str
) -> None:
    """File, line, option and what to do, on standard error, and nothing is started."""
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    done = kiosk(command, settings=file)
    assert (done.status, done.out) == (2, "")
    assert code in done.err
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_settings_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With the way to make one."""
    done = kiosk("settings", settings=tmp_path / "none.toml")
    assert done.status == 2
    assert "none.toml" in done.err
    assert "kiosk settings --example" in done.err


def test_the_example_is_a_settings_file(tmp_path: Path) -> None:
    """What `--example` prints is accepted as it stands."""
    file = tmp_path / "kiosk.toml"
    file.write_text(kiosk("settings", "--example").out)
    assert kiosk("settings", settings=file).status == 0


# --- doctor ---


def test_the_doctor_tells_every_part(home: Home) -> None:
    """One object: every port with a state, a sentence, advice where something is to be done; on
    paper the same.
    """
    pdf = home.folder / "readiness.pdf"
    done = kiosk("doctor", "--json", "--pdf", pdf, settings=home.settings_file)
    assert "Everything works" in text_of(pdf)
    told = done.json
    assert set(told) == {"at", "ok", "ports", "queue", "versions"}
    ports = {port["port"]: port for port in told["ports"]}
    assert set(ports) == {
        "card_reader",
        "camera",
        "document_camera",
        "face_matcher",
        "printer",
        "speaker",
        "store",
        "keys",
        "clock",
        "platform",
        "catalogue",
        "staff",
        "settings",
    }
    for port in ports.values():
        assert set(port) == {"port", "health", "state", "sentence", "advice", "simulated"}
        assert port["sentence"]
        assert port["health"] in {"ready", "warning", "broken", "off"}
        assert port["advice"] or port["health"] in {"ready", "off"}
    assert ports["camera"]["simulated"] is True
    assert ports["store"]["simulated"] is False
    assert (done.status, told["ok"]) == (0, True)


def test_the_doctor_speaks_to_people_too(home: Home) -> None:
    """A line per part; in Chinese where that is asked for."""
    done = kiosk("doctor", "--language", "zh_CN", settings=home.settings_file)
    assert done.status == 0
    assert "camera [simulated]" in done.out
    assert kiosk("doctor", "--language", "tlh", settings=home.settings_file).status == 2


def test_the_doctor_finds_what_is_broken(place: EnrolledPlace) -> None:
    """A database that can't be read: said as such, all other parts are still looked at."""
    place.seal()
    place.close()
    for file in place.folder.glob("kiosk.db*"):
        file.write_bytes(b"not a database " * 1000)
    done = kiosk("doctor", "--json", settings=place.home / "kiosk.toml")
    assert done.status == 1, done.err
    ports = {port["port"]: port for port in done.json["ports"]}
    assert ports["store"]["health"] == "broken"
    assert "E-DB-02" in ports["store"]["sentence"]
    assert "Don't delete anything" in ports["store"]["advice"]
    assert {"catalogue", "settings", "platform"} <= set(ports)
    assert done.json["ok"] is False


def test_the_doctor_misses_nothing_that_was_not_wanted(place: EnrolledPlace) -> None:
    """A kiosk set up without devices is not a broken kiosk."""
    place.close()
    done = kiosk("doctor", "--json", settings=place.home / "kiosk.toml")
    parts = ("card_reader", "camera", "printer", "speaker")
    ports = {port["port"]: port for port in done.json["ports"]}
    assert [ports[part]["health"] for part in parts] == ["off"] * len(parts)
    assert (done.status, done.json["ok"]) == (0, True)


def test_the_doctor_sees_a_platform_that_is_none(place: EnrolledPlace, liar: LyingPlatform) -> None:
    """A captive portal: offline, with the reason, and the kiosk is not broken by it."""
    for call in Call:
        liar.always(call, portal)
    file = bare_settings(place.home, liar.url)
    place.seal()
    done = kiosk("doctor", "--json", settings=file.kiosk.state_folder.parent / "kiosk.toml")
    ports = {port["port"]: port for port in done.json["ports"]}
    assert ports["platform"]["state"] == "offline"
    assert "something else than the platform answers" in ports["platform"]["sentence"]
    assert sum(line["count"] for line in done.json["queue"]) == 1


def test_before_enrolment_the_doctor_says_so(tmp_path: Path) -> None:
    """The first thing to do, and no error."""
    file = tmp_path / "kiosk.toml"
    file.write_text("")
    done = kiosk("doctor", "--json", settings=file)
    (part,) = done.json["ports"]
    assert (part["port"], part["health"]) == ("platform", "off")
    assert "kiosk enrol" in part["advice"]


# --- queue and sync ---


def test_the_queue_is_shown_and_sent(place: EnrolledPlace, liar: LyingPlatform) -> None:
    """What waits is counted with its reason; `kiosk sync` sends it; nothing of contents is told."""
    rows = [place.seal() for _ in range(3)]
    settings = place.home / "kiosk.toml"
    waiting = kiosk("queue", "--json", settings=settings)
    assert waiting.json["open"] == 3
    (line,) = waiting.json["queue"]
    assert set(line) == {"state", "count", "oldest_at", "reason"}
    assert (line["state"], line["count"]) == ("queued", 3)
    assert rows[0].number not in waiting.out
    for call in Call:
        liar.always(call, portal)
    bare_settings(place.home, liar.url)
    failed = kiosk("sync", settings=settings)
    assert failed.status == 1
    assert "left 3" in failed.out
    assert "something else than the platform" in failed.out
    bare_settings(place.home, place.central.url)
    done = kiosk("sync", settings=settings)
    assert done.status == 0, done.out
    assert "delivered 3, left 0" in done.out
    assert kiosk("queue", "--json", settings=settings).json["open"] == 0
    assert "Not delivered yet: 0." in kiosk("queue", settings=settings).out


def test_sync_waits_for_the_platform(place: EnrolledPlace) -> None:
    """With --wait it goes on until the time is over, and then says what is left."""
    place.seal()
    bare_settings(place.home, "http://127.0.0.1:9")
    done = kiosk("sync", "--wait", 1.5, settings=place.home / "kiosk.toml")
    assert done.status == 1
    assert "left 1" in done.out


# --- enrol ---


@pytest.fixture
def fresh(central: CentralServer, tmp_path: Path) -> Path:
    """The settings of a kiosk that is not enrolled."""
    bare_settings(tmp_path, central.url)
    return tmp_path / "kiosk.toml"


def test_it_enrols_with_a_code(central: CentralServer, fresh: Path) -> None:
    """Name, site and numbers are told; without a terminal no PIN is asked for, and none is set."""
    done = kiosk("enrol", "--code", central.enrolment_code("River office"), settings=fresh)
    assert done.status == 0, done.err
    assert "River office" in done.out
    assert "--change-pin" in done.out
    enrolment = load_enrolment(fresh.parent / "state")
    assert enrolment is not None
    assert (enrolment.site_name, enrolment.technician_pin_hash) == ("River office", "")
    again = kiosk("enrol", "--code", central.enrolment_code(), settings=fresh)
    assert again.status == 2
    assert "enrolled already" in again.err
    assert load_enrolment(fresh.parent / "state") == enrolment


def test_the_code_can_be_typed(central: CentralServer, fresh: Path) -> None:
    """Asked for on standard input; an end there is no code."""
    done = kiosk("enrol", told=central.enrolment_code() + "\n", settings=fresh)
    assert done.status == 0, done.err
    done = kiosk("enrol", settings=fresh)
    assert done.status == 2
    assert "Nobody is there to be asked" in done.err


def test_a_pin_from_a_file_is_set(central: CentralServer, fresh: Path) -> None:
    """Hashed; a bad one is refused before anything happens; another one can be set later."""
    pin = fresh.parent / "pin"
    pin.write_text("123456\n")
    code = central.enrolment_code()
    refused = kiosk("enrol", "--code", code, "--pin-file", pin, settings=fresh)
    assert refused.status == 2
    assert "digits in a row" in refused.err
    pin.write_text("736951\n")
    done = kiosk("enrol", "--code", code, "--pin-file", pin, settings=fresh)
    assert done.status == 0, done.err
    first = load_enrolment(fresh.parent / "state")
    assert first is not None
    assert first.technician_pin_hash.startswith("$argon2id$")
    pin.write_text("482913\n")
    assert kiosk("enrol", "--change-pin", "--pin-file", pin, settings=fresh).status == 0
    second = load_enrolment(fresh.parent / "state")
    assert second is not None
    assert second.technician_pin_hash != first.technician_pin_hash
    assert kiosk("enrol", "--change-pin", settings=fresh).status == 2


@pytest.mark.parametrize("code", ["ABCD", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", ""])
def test_a_wrong_code_is_refused(fresh: Path, code: str) -> None:
    """Too short, or nobody's: a sentence with the next step, and nothing is kept."""
    done = kiosk("enrol", "--code", code or "x", settings=fresh)
    assert done.status == 2
    assert "E-ENR-01" in done.err
    assert load_enrolment(fresh.parent / "state") is None


def test_a_used_code_is_refused(central: CentralServer, fresh: Path, tmp_path: Path) -> None:
    """A code enrols one kiosk."""
    code = central.enrolment_code()
    assert kiosk("enrol", "--code", code, settings=fresh).status == 0
    bare_settings(tmp_path / "other", central.url)
    done = kiosk("enrol", "--code", code, settings=tmp_path / "other" / "kiosk.toml")
    assert done.status == 2
    assert "wrong, used up or too old" in done.err or "403" in done.err


def test_a_platform_with_another_root_key_is_not_believed(
    central: CentralServer, fresh: Path, tmp_path: Path
) -> None:
    """The code carries the fingerprint of the right one: a stranger's answer is thrown away."""
    from central.enrolment import create_code
    from central.platform import open_platform
    from sync.protocol import EnrolmentCode, parse_enrolment_code

    stranger = open_platform(tmp_path / "stranger")
    theirs = create_code(stranger, "Nowhere")
    stranger.database.close()
    ours = central.enrolment_code()
    parsed = parse_enrolment_code(ours)
    assert parsed is not None
    mixed = EnrolmentCode(parsed.secret, theirs.fingerprint)
    done = kiosk("enrol", "--code", mixed, settings=fresh)
    assert done.status == 2
    assert "can't be believed" in done.err
    assert load_enrolment(fresh.parent / "state") is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://platform.example", "must begin with https://"),
        ("https://platform.example", "ca_file"),
        ("ftp://127.0.0.1", "must be an address"),
        ("http://127.0.0.1:9", "did not enrol"),
    ],
)
def test_an_address_is_held_to_the_rules_of_the_settings(
    central: CentralServer, fresh: Path, url: str, words: str
) -> None:
    """Nothing is sent in clear to another machine, and no unknown authority is trusted."""
    done = kiosk("enrol", "--url", url, "--code", central.enrolment_code(), settings=fresh)
    assert done.status == 2
    assert words in done.err
    assert load_enrolment(fresh.parent / "state") is None


def test_a_portal_in_between_is_named(fresh: Path, central: CentralServer) -> None:
    """Something else than the platform answers: said, nothing kept, the code still good."""
    code = central.enrolment_code()
    with lying_platform(central.port) as liar:
        liar.always(Call.ENROL, portal)
        done = kiosk("enrol", "--url", liar.url, "--code", code, settings=fresh)
        assert done.status == 2
        assert "something else than the platform" in done.err
    assert kiosk("enrol", "--code", code, settings=fresh).status == 0
