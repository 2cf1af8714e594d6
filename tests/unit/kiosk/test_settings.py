"""The settings file: read whole or refused with every line that has to be corrected."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Language
from kiosk.errors import BadSetting, SettingsError, UnknownSetting
from kiosk.settings import (
    CameraKind,
    CardReaderKind,
    PrinterKind,
    Settings,
    example,
    in_force,
    load_settings,
    parse_settings,
    settings_reference,
)
from kiosk.settings.lines import lines_of
from kiosk.settings.option import Option, options_of

MANUAL = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"
ETC = Path("/etc/doorstep")

EVERY_OPTION: list[tuple[str, Option]] = [
    (table.name, option)
    for table in dataclasses.fields(Settings)
    for option in options_of(type(table.default))  # type: ignore[arg-type]
]


def read(text: str) -> Settings:
    """Read settings as from /etc/doorstep/kiosk.toml."""
    return parse_settings(text, ETC, "kiosk.toml")


def refusal(text: str) -> str:
    """Return what is said about settings that can't be used."""
    with pytest.raises(SettingsError) as caught:
        read(text)
    return str(caught.value)


def said_about(text: str) -> str:
    """Return what is said about settings, "" when they can be used."""
    try:
        read(text)
    except SettingsError as error:
        return str(error)
    return ""


def test_without_a_file_everything_has_its_default() -> None:
    """The defaults are a machine with simulated devices and no platform."""
    settings = load_settings(None)
    assert settings.visit.idle_s == 90
    assert settings.card_reader.kind is CardReaderKind.SIMULATED
    assert settings.platform.url == ""
    assert settings.kiosk.state_folder == Path("/var/lib/doorstep/state")


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    """Numbers, truths, texts, lists, choices and paths arrive as their types."""
    file = tmp_path / "kiosk.toml"
    file.write_text(
        """
        [kiosk]
        languages = [
            "en",
            "lv",
        ]
        language_default = "lv"
        timezone = "Europe/Riga"
        [screen]
        diagonal_inch = 24
        fullscreen = false
        [printer]
        kind = "file"
        folder = "papers"
        extra_fonts = ["fonts/a.ttf", "/usr/share/b.ttf"]
        [card_reader]
        kind = "pcsc"
        reader_name = "Gemalto"
        """
    )
    settings = load_settings(file)
    assert settings.kiosk.language_order == (Language("lv"), Language("en"))
    assert settings.screen.diagonal_inch == 24.0
    assert isinstance(settings.screen.diagonal_inch, float)
    assert settings.screen.fullscreen is False
    assert settings.printer.kind is PrinterKind.FILE
    assert settings.printer.folder == tmp_path / "papers"
    assert settings.printer.extra_fonts == (tmp_path / "fonts/a.ttf", Path("/usr/share/b.ttf"))
    assert settings.card_reader.reader_name == "Gemalto"


def test_relative_paths_count_from_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the program was started changes nothing; what is no path stays as it is."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "kiosk.toml").write_text('[camera]\nkind = "opencv"\nsource = "face.avi"\n')
    monkeypatch.chdir(tmp_path)
    settings = load_settings(Path("etc/kiosk.toml"))
    assert settings.kiosk.state_folder == tmp_path / "etc" / "state"
    assert settings.camera.source == str(tmp_path / "etc" / "face.avi")
    for source in ("http://127.0.0.1:8080/live", "/dev/video0", "0"):
        told = read(f'[camera]\nkind = "opencv"\nsource = "{source}"')
        assert told.camera.source == source
        assert told.camera.kind is CameraKind.OPENCV


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path: Path) -> None:
    """A file saved by an editor of another system is read like any other, and lines are right."""
    file = tmp_path / "kiosk.toml"
    file.write_bytes(b"\xef\xbb\xbf[visit]\r\nidle_s = 120\r\n")
    assert load_settings(file).visit.idle_s == 120
    file.write_bytes(b"\xef\xbb\xbf[visit]\r\nidle_s = 1\r\n")
    with pytest.raises(BadSetting, match=r"line 2: \[visit\] idle_s"):
        load_settings(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[visit]\nidle = 60",
            "line 2: [visit] idle is no option of this table; did you mean idle_s?",
        ),
        (
            "[visit]\n\nbaud = 9600",
            "line 3: [visit] baud is no option of this table; it belongs into [card_reader].",
        ),
        ("[log]\ncolour = 1", "line 2: [log] colour is no option of this table; it has level."),
        ("[camra]\n", "line 1: [camra] is no table; did you mean [camera]?"),
        ("idle_s = 60", "line 1: [idle_s] is no table; it belongs into [visit]."),
        ("[x]\n", "line 1: [x] is no table; there are [kiosk], [site],"),
    ],
)
def test_an_unknown_name_is_told_with_line_and_advice(text: str, said: str) -> None:
    """A misspelt option is never silently ignored."""
    with pytest.raises(UnknownSetting) as caught:
        read(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("E-SET-01: kiosk.toml: 1 to correct:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[visit]\nidle_s = "90"', 'idle_s must be a number (s), without quotes, not "90".'),
        ("[visit]\nidle_s = true", "idle_s must be a number (s), not true."),
        ("[visit]\nidle_s = 29.5", "idle_s must be 30 to 300 s, not 29.5."),
        ("[visit]\nidle_s = inf", "idle_s must be 30 to 300 s, not inf."),
        ("[visit]\nidle_s = nan", "idle_s must be 30 to 300 s, not nan."),
        ("[printer]\nport = 9100.0", "port must be a whole number, not 9100.0."),
        ("[printer]\nport = 65536", "port must be 1 to 65535, not 65536."),
        ("[printer]\npaper_width_mm = 81", "paper_width_mm must be one of 58, 80 (mm), not 81."),
        ("[screen]\nfullscreen = 1", "fullscreen must be true or false, not 1."),
        ("[screen]\nwidth_px = 800", "width_px and height_px must both be 0 or both be given."),
        ("[log]\nlevel = 3", "level must be a text in quotes, not 3."),
        ('[log]\nlevel = "loud"', 'level must be one of debug, info, warning, error, not "loud".'),
        ('[log]\nlevel = ["info"]', "level must be a text in quotes, not ['info']."),
        ('[site]\nname = "a\\nb"', "name must be one line without control characters; it is"),
        (f'[site]\nname = "{"x" * 201}"', "name must not be longer than 200 characters; it is"),
        ('[site]\nname = "a\\u0000"', "name must not hold a zero character."),
        ('[kiosk]\nstate_folder = ""', "state_folder must not be empty."),
        ('[kiosk]\ntimezone = "Mars/Base"', "timezone must be a time zone this machine knows"),
        ('[kiosk]\ntimezone = "/etc/passwd"', "timezone must be a time zone this machine knows"),
        ('[kiosk]\ntimezone = "Europe"', "timezone must be a time zone this machine knows"),
        ('[kiosk]\nregion = "../x"', "region must be small letters and digits"),
        ('[kiosk]\nlanguages = "en"', "languages must be a list"),
        ("[kiosk]\nlanguages = []", "languages must name at least one language."),
        ('[kiosk]\nlanguages = ["english"]', "languages must be a language as its folder"),
        ('[kiosk]\nlanguages = ["zh_CN", "en", "en"]', "languages must name each language once."),
        ('[kiosk]\nlanguages = ["en"]', "language_default must be one of languages: en."),
        ('[card_reader]\nkind = "sam_serial"', 'port must be given for kind "sam_serial"'),
        ('[camera]\nkind = "opencv"', 'source must be given for kind "opencv"'),
        ('[camera]\ndetector_model = "m.onnx"', "detector_sha256 must be given with"),
        ('[camera]\ndetector_sha256 = "12"', "detector_sha256 must be a SHA-256"),
        ('[printer]\nkind = "escpos_tcp"', 'host must be given for kind "escpos_tcp"'),
        ('[printer]\nkind = "file"', 'folder must be given for kind "file"'),
        ('[speaker]\nkind = "command"\ncommand = []', "command must name a program"),
        ('[speaker]\nkind = "command"\ncommand = [""]', "command must name a program"),
        ('visit = "long"', "line 1: [visit] must be a table: write [visit] on a line of its own."),
        ("[[visit]]\nidle_s = 60", "line 1: [visit] must be a table"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_with_what_would(text: str, said: str) -> None:
    """A wrong value names itself, its line, and what it must be."""
    with pytest.raises(BadSetting) as caught:
        read(text)
    told = str(caught.value)
    assert said in told
    assert re.search(r"^  line \d+: ", told, re.MULTILINE)
    assert told.startswith("E-SET-02: kiosk.toml: 1 to correct:")
    assert "kiosk settings --example" in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://platform.example", "must begin with https://"),
        ("http://127.0.0.1.example", "must begin with https://"),
        ("http://10.0.0.1:8000", "must begin with https://"),
        ("ftp://platform.example", "must be an address such as"),
        ("platform.example", "must be an address such as"),
        ("https://", "must be an address such as"),
        ("https://x:99999", "must be an address such as"),
        ("https://x:0", "must be an address such as"),
        ("https://[::1", "must be an address such as"),
        ("https://a b", "must be an address without spaces"),
        ("https://me:secret@platform.example", "must not hold a user name or password"),
        ("https://platform.example/?a", "must not hold ? or #"),
        ("https://platform.example/#a", "must not hold ? or #"),
    ],
)
def test_an_address_that_cannot_be_trusted_is_refused(url: str, said: str) -> None:
    """Only https leaves this machine, and nothing secret stands in an address."""
    assert f"[platform] url {said}" in refusal(f'[platform]\nurl = "{url}"\nca_file = "ca.pem"')


def test_a_platform_elsewhere_needs_its_certificate_pinned() -> None:
    """Beyond loopback no authority is trusted but the one whose certificate is given."""
    elsewhere = '[platform]\nurl = "https://platform.example:8443/api/"\n'
    assert "[platform] ca_file must be given" in refusal(elsewhere)
    settings = read(elsewhere + 'ca_file = "ca.pem"')
    assert settings.platform.ca_file == ETC / "ca.pem"
    for here in (
        "http://127.0.0.1:8000",
        "http://localhost:1",
        "http://[::1]:8000",
        "http://127.9.9.9",
    ):
        assert read(f'[platform]\nurl = "{here}"').platform.ca_file is None


def test_residents_may_look_at_an_address_of_its_own() -> None:
    """The query page need not be the platform's; empty means that it is."""
    own = "https://www.example/look/{number}/{code}"
    assert read(f'[platform]\nquery_url = "{own}"').platform.query_url == own
    assert read("").platform.query_url == ""


@pytest.mark.parametrize(
    "template",
    [
        "https://x.example/q",
        "https://x.example/{number}",
        "https://x.example/{number}/{code}/{code}",
        "https://x.example/{number}/{code}/{}",
        "https://x.example/{number:5}/{code}",
        "https://x.example/{number!r}/{code}",
        "https://x.example/{number.x}/{code}",
        "https://x.example/{number",
        "http://x.example/{number}/{code}",
    ],
)
def test_a_query_address_has_a_place_for_number_and_code(template: str) -> None:
    """The QR code must lead to one application, by https."""
    assert "[platform] query_url must " in refusal(f'[platform]\nquery_url = "{template}"')


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    """Ten mistakes need one round, not ten."""
    told = refusal(
        '[visit]\nidle = 60\nidle_s = "60"\n\n'
        '[printer]\nkind = "escpos_tcp"\nprot = 9101\n[camra]\n'
    )
    assert told.startswith("E-SET-02: kiosk.toml: 5 to correct:")
    places = re.findall(r"^  (?:line (\d+): )?(\[\w+\](?: (?!is )\w+)?)", told, re.MULTILINE)
    assert places == [
        ("2", "[visit] idle"),
        ("3", "[visit] idle_s"),
        ("5", "[printer] host"),
        ("7", "[printer] prot"),
        ("8", "[camra]"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[visit]\nidle_s = \n", "kiosk.toml, line 2: is no TOML: invalid value."),
        ("[visit]\nidle_s = 1\nidle_s = 2", "line 3: is no TOML: cannot overwrite a value."),
        ('[site]\nname = """x\ny\n\n', "line 3: is no TOML: "),
        ("[visit\n", "line 1: is no TOML: "),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, said: str) -> None:
    """A slip of the keyboard is found by its line."""
    assert said in refusal(text)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file, a folder, and what is no text each get a sentence."""
    with pytest.raises(BadSetting, match=r"can't be read: No such file or directory\. Check"):
        load_settings(tmp_path / "kiosk.toml")
    with pytest.raises(BadSetting, match="can't be read: Is a directory"):
        load_settings(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"[site]\n# ok\nname = 'Caf\xe9'\n")
    with pytest.raises(BadSetting, match=r"latin\.toml, line 3: is not UTF-8 text"):
        load_settings(tmp_path / "latin.toml")


def test_lines_are_found_whatever_stands_in_between() -> None:
    """Strings and arrays over several lines, quoted and dotted keys do not lead astray."""
    text = (
        '# [no]\n[a]\nx = """\n[b]\ny = 1\n"""\n"q.r" = [\n  1, # ]\n]\n\n'
        "[ c . d ]\nz.w = 1\ninline = {u = 1}\n[[list]]\nv = 1\n"
    )
    assert lines_of(text) == {
        ("a",): 2,
        ("a", "x"): 3,
        ("a", "q.r"): 7,
        ("c",): 11,
        ("c", "d"): 11,
        ("c", "d", "z"): 12,
        ("c", "d", "z", "w"): 12,
        ("c", "d", "inline"): 13,
        ("c", "d", "inline", "u"): 13,
        ("list",): 14,
    }


def test_the_example_file_is_the_defaults() -> None:
    """The example changes nothing as it stands, nor with every option uncommented."""
    assert read(example()) == read("")
    uncommented = re.sub(r"^# (\w+ = )", r"\1", example(), flags=re.MULTILINE)
    assert uncommented.count(" = ") >= len(EVERY_OPTION)
    assert read(uncommented) == read("")


@pytest.mark.parametrize(
    ("table", "option"), EVERY_OPTION, ids=lambda value: getattr(value, "name", value)
)
def test_every_option_explains_itself(table: str, option: Option) -> None:
    """Each option has a sentence, and numbers say their range."""
    says = option.rule.says
    assert says[0].isupper()
    assert says.endswith(".")
    if option.kind in {int, float}:
        assert option.rule.allowed or option.rule.least is not None
    for suffix, unit in {"_s": "s", "_px": "px", "_mm": "mm", "_bytes": "bytes"}.items():
        if option.name.endswith(suffix):
            assert option.rule.unit == unit, table


def test_the_manual_is_up_to_date() -> None:
    """docs/reference/settings.md is what the declarations say."""
    assert MANUAL.read_text() == settings_reference()


def test_what_is_in_force_can_be_read_back() -> None:
    """The list for the technician holds every option, spelt as in a file."""
    settings = read('[site]\nname = "湖畔"\n[visit]\nidle_s = 45.5\n[kiosk]\nlanguages=["zh_CN"]')
    told = dict(in_force(settings))
    assert len(told) == len(EVERY_OPTION)
    assert told["site.name"] == '"湖畔"'
    assert told["visit.idle_s"] == "45.5"
    # A dotted name in front of the first table is the option of that table.
    text = "".join(f"{name} = {value}\n" for name, value in told.items())
    assert read(text) == settings


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever the file holds, it is read or refused in words."""
    with contextlib.suppress(SettingsError):
        read(text)


_VALUES = st.one_of(
    st.booleans().map(lambda value: str(value).lower()),
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:.3f}"),
    st.sampled_from(
        ['""', '"en"', '"x"', '"pcsc"', "[]", '["a"]', "[1]", "{}", "inf", "2026-11-20"]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(EVERY_OPTION), _VALUES), max_size=6))
def test_any_value_under_any_option_is_taken_or_refused_by_name(
    chosen: list[tuple[tuple[str, Option], str]],
) -> None:
    """Values of every type under every option are taken as they are meant, or named."""
    seen = {(table, option.name): value for (table, option), value in chosen}
    text = "".join(f"{table}.{name} = {value}\n" for (table, name), value in seen.items())
    told = said_about(text)
    assert not told or re.search(r"^  (line \d+: )?\[\w+\] ", told, re.MULTILINE)
