"""Where the program's own files lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
CATALOGUE = ASSETS / "catalogue"
NUMBERS = ASSETS / "numbers"
LEGAL = ASSETS / "legal"
REGIONS = ASSETS / "regions"
LOCALE = ASSETS / "locale"
SOUNDS = ASSETS / "sounds"
WATERMARK_FONT = ASSETS / "fonts" / "DoorstepSansSC-Regular.ttf"
PRINTERS = ASSETS / "printers"
PHOTO_FORMATS = ASSETS / "photo_formats.toml"
CARDS = ASSETS / "simulated" / "cards"
