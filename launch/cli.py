"""The command `kiosk`: what can be asked of a kiosk from a shell. The only place that ends the
process.

Exit status: 0 done, 1 done and the answer is "no" (a rehearsal that did not end as scripted, a
doctor who found something broken),
2 the command can't be carried out; the reason and the next step are on standard error.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import resource
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kiosk.errors import KioskError, ScreenMissing
from launch.device_options import add_device_commands
from launch.paper_options import add_paper_commands

DEFAULT_SETTINGS = Path("/etc/doorstep/kiosk.toml")
UNUSABLE = 2
_Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return the exit status."""
    parsed = _parser().parse_args(arguments)
    faulthandler.enable()
    # A core file would hold whatever somebody is telling the kiosk right then.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.basicConfig(
        level=logging.DEBUG if parsed.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    command: _Command = parsed.command
    try:
        return command(parsed)
    except KioskError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except Exception:  # the one place: a bug becomes a trace in the log and a clear exit status
        logging.getLogger(__name__).exception("BUG")
        return 70


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk",
        description="A self-service kiosk for public services that works without a network.",
    )
    parser.add_argument("--verbose", action="store_true", help="log more")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_rehearse(commands)
    _add_technician(commands)
    add_paper_commands(partial(_new, commands), _settings_file)
    _add_clock(commands)
    _add_data(commands)
    _add_desk(commands)
    return parser


def _new(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: _Command,
    text: str,
    *,
    has_settings: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    if has_settings:
        parser.add_argument(
            "--settings",
            type=Path,
            metavar="FILE",
            help=f"the settings file (default: {DEFAULT_SETTINGS} if it is there)",
        )
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = _new(commands, "run", _run, "Run the kiosk: the window that residents touch.")
    run.add_argument(
        "--play",
        action="store_true",
        help="play practice visits in the window by itself; needs simulated devices",
    )
    run.add_argument("--visits", type=int, default=0, help="how many with --play; 0: for ever")
    run.add_argument(
        "--announce", type=Path, metavar="PIPE", help="write each number there once it is shown"
    )
    run.add_argument("--windowed", action="store_true", help="a window with a frame")
    demo = _new(
        commands,
        "demo",
        _demo,
        "Run kiosk, desk and platform on this machine, everything simulated.",
        has_settings=False,
    )
    demo.add_argument("--folder", type=Path, help="where to keep its data (default: build/demo)")


def _add_rehearse(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rehearse = _new(
        commands,
        "rehearse",
        _rehearse,
        "Play whole visits without a screen through the configured devices. Without --settings,"
        " everything is simulated and a platform is started and stopped for it.",
        has_settings=False,
    )
    rehearse.add_argument(
        "--settings", type=Path, metavar="FILE", help="rehearse on these devices and platform"
    )
    rehearse.add_argument("--script", type=Path, metavar="FILE", help="what the resident does")
    rehearse.add_argument("--visits", type=int, default=1, help="how many visits (default 1)")
    rehearse.add_argument("--json", action="store_true", help="print one JSON object at the end")
    rehearse.add_argument(
        "--announce", type=Path, metavar="PIPE", help="write each number there once it is shown"
    )


def _add_technician(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = _new(
        commands, "doctor", _doctor, "Say how every part is and how the queue stands, with advice."
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    doctor.add_argument("--language", default="en", help="of the sentences (default en)")
    doctor.add_argument("--pdf", type=Path, metavar="FILE", help="write it as A4 pages, too")
    _new(
        commands,
        "document",
        _document,
        "Try to read a travel document, with its lines typed in; says how it went, not who it is.",
    )
    add_device_commands(partial(_new, commands), _settings_file)
    enrol = _new(commands, "enrol", _enrol, "Enrol this kiosk with a platform by a one-time code.")
    enrol.add_argument("--code", help="the one-time code; asked for if it is not given")
    enrol.add_argument("--url", help="the platform's address (default: from the settings)")
    enrol.add_argument(
        "--change-pin",
        action="store_true",
        help="only set another technician's PIN on a kiosk that is enrolled",
    )
    enrol.add_argument(
        "--pin-file", type=Path, help="read the technician's PIN from a file instead of asking"
    )
    sync = _new(commands, "sync", _sync, "Send what is waiting, now, and fetch what is new.")
    sync.add_argument("--wait", type=float, default=0.0, metavar="S", help="try for so long")
    queue = _new(
        commands,
        "queue",
        _queue,
        "Show the queue: counts, ages, reasons, never contents; put it on a stick, and take in"
        " what came back on it.",
    )
    queue.add_argument("action", nargs="?", choices=["show", "export", "import"], default="show")
    queue.add_argument("stick", nargs="?", type=Path, metavar="DIR", help="where the stick is")
    queue.add_argument("--all", action="store_true", help="export what is delivered, too")
    queue.add_argument("--json", action="store_true", help="print one JSON object")


def _add_clock(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    clock = _new(
        commands,
        "clock-floor",
        _clock_floor,
        "Set a clock that is far behind forward to what has surely passed; before `kiosk run`.",
    )
    clock.add_argument("--print", action="store_true", help="only say what would be done")


def _add_data(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settings = _new(commands, "settings", _settings, "Check and show the settings in force.")
    settings.add_argument("--example", action="store_true", help="print a commented example file")
    settings.add_argument("--reference", action="store_true", help="print the manual's page")
    catalogue = _new(
        commands,
        "catalogue",
        _catalogue,
        "Build the services from their workbooks, checking every line.",
        has_settings=False,
    )
    catalogue.add_argument("action", choices=["build"])
    catalogue.add_argument("--folder", type=Path, help="the catalogue (default: the kiosk's own)")
    catalogue.add_argument("--formats", type=Path, help="photo formats beside those that ship")


def _add_desk(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    desk = _new(
        commands,
        "desk",
        _desk,
        "Drive the simulated devices of a running kiosk: `desk card zhang-guiying`,"
        " `desk card none`, `desk card pull`, `desk paper out`, `desk tray out`,"
        " `desk network off`, `desk face too_dark`, `desk show`.",
    )
    desk.add_argument("words", nargs="+", metavar="WORD", help="device and state, or `show`")


# Each command imports what it needs when it is called: `kiosk run` never loads pyxform, and
# `kiosk queue` never loads Qt.


def _run(parsed: argparse.Namespace) -> int:
    from kiosk.settings import load_settings
    from launch.wiring import build_kiosk

    # Before Qt is loaded: what is wrong in the settings is said at once.
    settings = load_settings(_settings_file(parsed))
    if not parsed.verbose:
        logging.getLogger().setLevel(settings.log.level.value.upper())
    kiosk = build_kiosk(settings)
    _need_screen()

    from launch.lean_qt import spare_sources

    spare_sources()

    from launch.window import run_window

    return run_window(
        kiosk,
        plays=parsed.play,
        visits=parsed.visits,
        announce=parsed.announce,
        is_windowed=parsed.windowed,
    )


def _need_screen() -> None:
    """Refuse a screen that is not there in our own words: Qt would end the process.

    Raises:
        ScreenMissing: There is none.
    """
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        raise ScreenMissing("There is no screen to show a window on.")


def _demo(parsed: argparse.Namespace) -> int:
    _need_screen()

    from launch.demo import run_demo

    return run_demo(parsed.folder)


def _rehearse(parsed: argparse.Namespace) -> int:
    from launch.rehearse_command import rehearse

    if parsed.settings is None and not parsed.verbose:
        logging.getLogger().setLevel(logging.WARNING)  # nobody's kiosk: only the answer counts
    return rehearse(
        parsed.settings,
        parsed.script,
        parsed.visits,
        prints_json=parsed.json,
        announce=parsed.announce,
    )


def _doctor(parsed: argparse.Namespace) -> int:
    from launch.doctor import run_doctor

    return run_doctor(
        _settings_file(parsed), parsed.language, prints_json=parsed.json, pdf=parsed.pdf
    )


def _document(parsed: argparse.Namespace) -> int:
    from launch.document_command import run_document

    return run_document(_settings_file(parsed))


def _enrol(parsed: argparse.Namespace) -> int:
    from launch.enrolling import change_pin, run_enrol

    if parsed.change_pin:
        return change_pin(_settings_file(parsed), parsed.pin_file)
    return run_enrol(_settings_file(parsed), parsed.url, parsed.code, parsed.pin_file)


def _sync(parsed: argparse.Namespace) -> int:
    from launch.queue_commands import run_sync

    return run_sync(_settings_file(parsed), parsed.wait)


def _queue(parsed: argparse.Namespace) -> int:
    from kiosk.errors import StickError
    from launch.queue_commands import show_queue

    if parsed.action != "show":
        from launch.stick_commands import export_queue, import_answers

        if parsed.stick is None:
            raise StickError(
                "No folder is named.", f"Say where it is: `kiosk queue {parsed.action} DIR`."
            )
        if parsed.action == "import":
            return import_answers(_settings_file(parsed), parsed.stick)
        return export_queue(_settings_file(parsed), parsed.stick, with_delivered=parsed.all)
    return show_queue(_settings_file(parsed), prints_json=parsed.json)


def _clock_floor(parsed: argparse.Namespace) -> int:
    from launch.clock_floor import run_clock_floor

    return run_clock_floor(_settings_file(parsed), only_prints=parsed.print)


def _settings(parsed: argparse.Namespace) -> int:
    from launch.settings_command import run_settings

    return run_settings(_settings_file(parsed), example=parsed.example, reference=parsed.reference)


def _catalogue(parsed: argparse.Namespace) -> int:
    from launch.catalogue_build import build_catalogue
    from launch.places import CATALOGUE

    for line in build_catalogue(parsed.folder or CATALOGUE, parsed.formats):
        print(line)
    return 0


def _desk(parsed: argparse.Namespace) -> int:
    from launch.desk import REFUSED, send_to_desk

    answer = send_to_desk(_settings_file(parsed), parsed.words)
    print(answer)
    return 1 if answer.startswith(REFUSED) else 0


def _settings_file(parsed: argparse.Namespace) -> Path | None:
    given: Path | None = parsed.settings
    if given is None and DEFAULT_SETTINGS.exists():
        return DEFAULT_SETTINGS
    return given


if __name__ == "__main__":
    sys.exit(main())
