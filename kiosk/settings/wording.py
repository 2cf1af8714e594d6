"""What is wrong with a text in the settings: the rest of a sentence, or "" if it will do."""

from __future__ import annotations

import re
import zoneinfo
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Say whether an address leads back to this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def language(text: str) -> str:
    """Look at a language: `en`, `zh_CN`."""
    if re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?", text):
        return ""
    return "must be a language as its folder in assets/locale is called, such as en or zh_CN"


def time_zone(text: str) -> str:
    """Look at a time zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(text)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return "must be a time zone this machine knows, such as Asia/Shanghai or Europe/Riga"
    return ""


def name_of_file(text: str) -> str:
    """Look at the name of something in assets, such as `cn` or `cn.id_card`."""
    if re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", text):
        return ""
    return "must be small letters and digits with . _ - between them"


def sha256(text: str) -> str:
    """Look at a SHA-256 in hex, or nothing."""
    if text == "" or re.fullmatch(r"[0-9a-f]{64}", text):
        return ""
    return "must be a SHA-256: 64 digits of 0-9 and a-f, as sha256sum prints it"


def usb_id(text: str) -> str:
    """Look at a USB device's vendor and product, or nothing."""
    if text == "" or re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(:[!-9;-~]{1,64})?", text):
        return ""
    return "must be vendor and product as lsusb prints them, such as 1a86:7523"


def one_line(text: str) -> str:
    """Look at words for a screen: one line, not endless."""
    if len(text) > 200:
        return "must not be longer than 200 characters"
    return "" if text.isprintable() else "must be one line without control characters"


def base_url(text: str) -> str:
    """Look at the platform's address, or nothing."""
    return "" if text == "" else _address(text) or _no_tail(text)


def query_template(text: str) -> str:
    """Look at the address of one application's page, with places for number and code."""
    if text == "":
        return ""
    rest = text.replace("{number}", "", 1).replace("{code}", "", 1)
    if len(rest) != len(text) - len("{number}{code}") or "{" in rest or "}" in rest:
        return "must hold {number} and {code} once each, and no other braces"
    return _address(text)


def _address(text: str) -> str:
    if re.search(r"\s", text) or not text.isprintable():
        return "must be an address without spaces"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "must be an address such as https://platform.example:8443"
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "must be an address such as https://platform.example:8443"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or password"
    if parts.scheme == "http" and not is_loopback(text):
        return "must begin with https:// (http:// is only for this machine itself, 127.0.0.1)"
    return ""


def _no_tail(text: str) -> str:
    return "must not hold ? or #" if "?" in text or "#" in text else ""


def language_or_none(value: str) -> str:
    """Answer what is wrong with a language that may be left out."""
    return language(value) if value else ""
