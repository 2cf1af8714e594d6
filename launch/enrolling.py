"""Enrolling a kiosk with a platform: one code typed once, and both sides know whom they trust.

The code carries the fingerprint of the platform's root key, so that a wrong or lying server is
noticed before anything is believed.
"""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import replace
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.enrolment import Enrolment, load_enrolment, save_enrolment
from kiosk.errors import EnrolmentError
from kiosk.settings import Settings, load_settings, wording
from kiosk.staff import hash_pin
from kiosk.store import facts
from kiosk.store.engine import open_store
from kiosk.store.keys import load_keys
from launch.wiring import versions
from sync.answers import Failed
from sync.news import CURSOR, keep_staff
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Enrolled,
    accept_enrolment,
    make_enrol_request,
    parse_enrolment_code,
)


def run_enrol(
    settings_file: Path | None, url: str | None, code: str | None, pin_file: Path | None
) -> int:
    """Enrol as the command line says, asking for what is missing.

    Raises:
        EnrolmentError: It could not be done; nothing was changed.
    """
    settings = load_settings(settings_file)
    address = url or settings.platform.url
    if not address:
        raise EnrolmentError(
            "No platform is named.", "Give --url, or [platform] url in the settings."
        )
    _check_address(address, settings)
    try:
        typed = code or input("One-time code: ")
        pin = _read_pin(pin_file) if pin_file else _ask_pin()
    except EOFError as error:
        raise EnrolmentError("Nobody is there to be asked.", "Give --code.") from error
    enrolment = enrol(settings, address, typed, pin)
    print(f"Enrolled as {enrolment.kiosk_id} at {enrolment.site_name}.")
    print(f"Kiosk numbers: {', '.join(map(str, enrolment.numbers))}.")
    if pin is None:
        print("The maintenance screen stays closed until `kiosk enrol --change-pin` sets a PIN.")
    return 0


def change_pin(settings_file: Path | None, pin_file: Path | None) -> int:
    """Set another technician's PIN, or the first one, on an enrolled kiosk.

    Raises:
        EnrolmentError: The kiosk is not enrolled, or the PIN can't be chosen.
    """
    folder = load_settings(settings_file).kiosk.state_folder
    enrolment = load_enrolment(folder)
    if enrolment is None:
        raise EnrolmentError(
            "This kiosk is not enrolled.", "Run `kiosk enrol` without --change-pin."
        )
    if pin_file is None and not sys.stdin.isatty():
        raise EnrolmentError("Nobody is there to be asked.", "Give --pin-file.")
    pin = _read_pin(pin_file) if pin_file else _ask_pin()
    save_enrolment(folder, replace(enrolment, technician_pin_hash=_hashed(pin)))
    print("The PIN is set. A kiosk that runs takes it over when it is started again.")
    return 0


def _hashed(pin: str | None) -> str:
    try:
        return hash_pin(pin) if pin else ""
    except ValueError as error:
        raise EnrolmentError(str(error), "Choose another PIN.") from error


def enrol(settings: Settings, url: str, code: str, technician_pin: str | None) -> Enrolment:
    """Enrol this state folder and return what was learnt.

    Args:
        settings: Of this kiosk.
        url: The platform's address.
        code: As typed.
        technician_pin: For the maintenance screen; None leaves it closed.

    Raises:
        EnrolmentError: It could not be done; nothing was changed.
    """
    parsed = parse_enrolment_code(code)
    if parsed is None:
        raise EnrolmentError(
            "This is no one-time code.", "It has 28 letters and digits in groups of four."
        )
    pin_hash = _hashed(technician_pin)
    folder = settings.kiosk.state_folder
    if load_enrolment(folder) is not None:
        raise EnrolmentError(
            "This kiosk is enrolled already.",
            "For another PIN use --change-pin. To enrol anew, first deliver everything with"
            " `kiosk sync`, then move its state folder away.",
        )
    keys = load_keys(folder)
    platform = Platform(
        url,
        SystemClock(),
        ca_file=settings.platform.ca_file,
        timeout_s=settings.courier.request_timeout_s,
    )
    try:
        request = make_enrol_request(
            parsed, keys.public_key, keys.sign, dict(versions())["doorstep"]
        )
        answer = platform.enrol(request)
    finally:
        platform.close()
    if isinstance(answer, Failed):
        raise EnrolmentError(f"The platform did not enrol this kiosk: {answer.why}.")
    enrolled = accept_enrolment(answer, parsed)
    if isinstance(enrolled, BadAnswer):
        raise EnrolmentError(
            f"The platform's answer can't be believed: {enrolled.why}.",
            "Check the address, and ask the office for a new code.",
        )
    return _keep(settings, url, enrolled, pin_hash)


def _keep(settings: Settings, url: str, enrolled: Enrolled, pin_hash: str) -> Enrolment:
    answer = enrolled.answer
    folder = settings.kiosk.state_folder
    enrolment = Enrolment(
        kiosk_id=answer.kiosk,
        numbers=answer.numbers,
        platform_url=url,
        root_key=answer.root_key,
        recipients=tuple(key.raw for key in enrolled.keyset.recipients),
        keyset=json.dumps(answer.keyset.to_json(), ensure_ascii=False),
        public_url=answer.public_url,
        site_id=answer.site.site_id,
        site_name=answer.site.name,
        site_phone=answer.site.phone,
        technician_pin_hash=pin_hash,
        revoked=tuple(sorted(enrolled.keyset.revoked)),
    )
    db = open_store(folder, load_keys(folder).database)
    try:
        keep_staff(db, enrolled.staff)
        facts.put(db, CURSOR, "0")
    finally:
        db.close()
    save_enrolment(folder, enrolment)
    return enrolment


def _read_pin(pin_file: Path) -> str:
    try:
        return pin_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnrolmentError(
            f"The PIN file {pin_file} can't be read.", "Check --pin-file."
        ) from error


def _check_address(address: str, settings: Settings) -> None:
    """Hold an address of the command line to what the settings file would be held to."""
    problem = wording.base_url(address)
    if problem:
        raise EnrolmentError(f"The address {address!r} {problem}.", "Correct --url.")
    if settings.platform.ca_file is None and not wording.is_loopback(address):
        raise EnrolmentError(
            "Which authority signed the platform's certificate is not said.",
            "Give [platform] ca_file in the settings.",
        )


def _ask_pin() -> str | None:
    """Ask for a PIN twice; without anybody at a terminal none is set."""
    if not sys.stdin.isatty():
        return None
    first = getpass.getpass("PIN for the maintenance screen (6 digits or more, empty for none): ")
    if not first:
        return None
    if getpass.getpass("Again: ") != first:
        raise EnrolmentError("The two PINs differ.", "Run the command again.")
    return first
