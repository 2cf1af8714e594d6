"""The command `central`: run the platform, make enrolment codes, give out services,
print the published contract.

What changes who is trusted is in `central.ceremony`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from central import ceremony

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    match options.command:
        case "run":
            return _run(options)
        case "enrolment-code":
            return _enrolment_code(options)
        case "add-volunteer":
            return _add_volunteer(options)
        case "import":
            return _import(options)
        case "add-catalogue":
            return _add_catalogue(options)
        case "site-settings":
            return _site_settings(options)
        case "kiosk-keys":
            return _kiosk_keys(options)
        case command if command in ceremony.COMMANDS:
            return ceremony.run(options)
        case _:
            return _openapi()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="central", description="The reference central platform of the kiosks."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the platform until it is told to stop")
    run.add_argument("--data", type=Path, required=True, help="folder of everything it keeps")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    run.add_argument("--port", type=int, default=8090, help="port, 0 for a free one (%(default)s)")
    run.add_argument("--port-file", type=Path, help="write the port here once it takes connections")
    run.add_argument("--public-url", default="", help="where residents reach the query page")
    run.add_argument("--tls-certificate", type=Path, help="certificate chain, PEM")
    run.add_argument("--tls-key", type=Path, help="its private key, PEM")
    run.add_argument("--stop-with-stdin", action="store_true", help="stop when stdin is closed")
    code = commands.add_parser("enrolment-code", help="make a one-time code for a kiosk")
    code.add_argument("--data", type=Path, required=True, help="folder of the platform")
    code.add_argument("--site", default="Main office", help="where it will stand (%(default)s)")
    code.add_argument("--phone", default="", help="telephone number of that place")
    add = commands.add_parser(
        "add-volunteer", help="put a volunteer on a site's staff list; the PIN is read from stdin"
    )
    add.add_argument("--data", type=Path, required=True, help="folder of the platform")
    add.add_argument("--site", default="Main office", help="where they help (%(default)s)")
    add.add_argument("--phone", default="", help="telephone number of that place")
    add.add_argument("--name", required=True, help="as kiosk and receipt show it")
    bring = commands.add_parser(
        "import", help="take in what kiosks put on a stick, and answer on it"
    )
    bring.add_argument("stick", type=Path, metavar="DIR", help="where the stick is mounted")
    bring.add_argument("--data", type=Path, required=True, help="folder of the platform")
    catalogue = commands.add_parser(
        "add-catalogue", help="give compiled services to all kiosks, in place of those before"
    )
    catalogue.add_argument("folder", type=Path, metavar="DIR", help="with a folder per service")
    catalogue.add_argument("--data", type=Path, required=True, help="folder of the platform")
    catalogue.add_argument("--name", required=True, help="what people call it")
    give = commands.add_parser(
        "site-settings", help="give settings to the kiosks of a site, in place of those before"
    )
    give.add_argument("file", type=Path, metavar="FILE", help="spelt as in kiosk.toml")
    give.add_argument("--data", type=Path, required=True, help="folder of the platform")
    give.add_argument("--site", default="Main office", help="whose kiosks (%(default)s)")
    keys = commands.add_parser(
        "kiosk-keys", help="print the public keys of all kiosks, for `kiosk verify --keys`"
    )
    keys.add_argument("--data", type=Path, required=True, help="folder of the platform")
    ceremony.add_commands(commands)
    commands.add_parser("openapi", help="print the published contract")
    return parser


def _run(options: argparse.Namespace) -> int:
    if (options.tls_certificate is None) != (options.tls_key is None):
        print("central: --tls-certificate and --tls-key belong together", file=sys.stderr)
        return 2
    if options.host not in LOOPBACK and options.tls_certificate is None:
        print(
            "central: give --tls-certificate and --tls-key for an address other than loopback",
            file=sys.stderr,
        )
        return 2
    from central.platform import PASSWORD_FILE, open_platform
    from central.server import listen, make_server

    listener = listen(options.host, options.port)
    port = listener.getsockname()[1]
    scheme = "http" if options.tls_certificate is None else "https"
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"{scheme}://{host}:{port}"
    platform = open_platform(options.data, options.public_url or address)
    server = make_server(platform, options.tls_certificate, options.tls_key)
    if options.port_file is not None:
        temporary = options.port_file.with_suffix(".new")
        temporary.write_text(f"{port}\n")
        temporary.replace(options.port_file)
    if options.stop_with_stdin:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    print(f"Platform: {address}/office/")
    print(f"Password: in {options.data / PASSWORD_FILE}")
    where = (
        "kept elsewhere" if platform.keys.root is None else "on this machine (central export-root)"
    )
    print(f"Root key: {where}", flush=True)
    server.run(sockets=[listener])
    return 0


def _stop_with_stdin() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _enrolment_code(options: argparse.Namespace) -> int:
    from central.enrolment import create_code
    from central.platform import open_platform

    platform = open_platform(options.data)
    print(create_code(platform, options.site, options.phone))
    platform.database.close()
    return 0


def _add_volunteer(options: argparse.Namespace) -> int:
    from central.platform import find_or_add_site, open_platform
    from central.staffing import add_member
    from kiosk.envelope import StaffRole

    pin = sys.stdin.readline().strip()
    platform = open_platform(options.data)
    try:
        with platform.database.writing() as session:
            site_id = find_or_add_site(session, options.site, options.phone).site_id
        added = add_member(platform, site_id, options.name, StaffRole.VOLUNTEER, pin)
    finally:
        platform.database.close()
    if isinstance(added, str):
        print(f"central: {added}", file=sys.stderr)
        return 2
    print(added.staff_id)
    return 0


def _add_catalogue(options: argparse.Namespace) -> int:
    from central.catalogues import publish_catalogue
    from central.platform import open_platform

    if not (options.data / "platform.db").is_file():
        print(f"central: there is no platform in {options.data}", file=sys.stderr)
        return 2
    platform = open_platform(options.data)
    try:
        done = publish_catalogue(platform, options.folder, options.name)
    finally:
        platform.database.close()
    if isinstance(done, str):
        print(f"central: {done}", file=sys.stderr)
        return 2
    print(f"Catalogue {done.version}, {done.size} bytes: {', '.join(done.services)}")
    print("Kiosks fetch it after their applications, and use it from their next start on.")
    return 0


def _site_settings(options: argparse.Namespace) -> int:
    from central.platform import open_platform
    from central.site_settings import give_settings

    if not (options.data / "platform.db").is_file():
        print(f"central: there is no platform in {options.data}", file=sys.stderr)
        return 2
    try:
        text = options.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"central: {options.file} can't be read ({type(error).__name__})", file=sys.stderr)
        return 2
    platform = open_platform(options.data)
    try:
        done = give_settings(platform, options.site, text)
    finally:
        platform.database.close()
    if isinstance(done, str):
        print(f"central: {done}", file=sys.stderr)
        return 2
    print(f"Settings {done.version}: {', '.join(done.names) or 'none'}")
    print("Kiosks check them, and go by them from their next start on.")
    return 0


def _kiosk_keys(options: argparse.Namespace) -> int:
    from central.platform import open_platform
    from central.verifying import kiosk_keys

    if not (options.data / "platform.db").is_file():
        print(f"central: there is no platform in {options.data}", file=sys.stderr)
        return 2
    platform = open_platform(options.data)
    try:
        print(json.dumps(kiosk_keys(platform), indent=1))
    finally:
        platform.database.close()
    return 0


def _import(options: argparse.Namespace) -> int:
    from central.platform import open_platform
    from central.stick import BundleResult, import_stick

    def say(result: BundleResult) -> None:
        if result.refusal:
            print(f"{result.name}: {result.refusal}")
            return
        print(f"{result.name}: {result.taken} taken in, {result.known} held before.")
        if result.missing:
            print(f"  {result.missing} are not on the stick; they are still on the kiosk.")
        for problem in result.problems:
            print(f"  {problem}")
        if result.bad > len(result.problems):
            print(f"  and {result.bad - len(result.problems)} more")
        if result.was_interrupted:
            print("  The export was interrupted: export again.")
        if result.alarm:
            print(f"  {result.alarm}")
        print(f"  {result.answers_problem or 'Answered: take the stick back to its kiosk.'}")

    if not (options.data / "platform.db").is_file():
        print(f"central: there is no platform in {options.data}", file=sys.stderr)
        return 2
    if not options.stick.is_dir():
        print(f"central: there is no folder {options.stick}", file=sys.stderr)
        return 2
    platform = open_platform(options.data)
    try:
        results = import_stick(platform, options.stick)
    finally:
        platform.database.close()
    if not results:
        print(f"central: no kiosk has exported to {options.stick}", file=sys.stderr)
        return 2
    for result in results:
        say(result)
    return 0 if all(result.is_well for result in results) else 1


def _openapi() -> int:
    from central.contract import contract

    sys.stdout.write(contract())
    return 0


if __name__ == "__main__":
    sys.exit(main())
