"""What the kiosk says, in every language: message ids and the words behind them.

Words live in `assets/locale/<language>/*.toml`, one table per screen or paper, so that an office
can change a sentence without touching the program; `docs/decisions` says why TOML and not gettext.
An id is its path through the tables: `home.title`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kiosk.domain import Language
from kiosk.errors import SettingsError


class Texts:
    """The words of one language. Immutable; may be used from any thread."""

    def __init__(self, language: Language, words: Mapping[str, str]) -> None:
        """Keep the words of `language` by message id."""
        self.language = language
        self._words = dict(words)

    def say(self, key: str, /, **values: object) -> str:
        """Return the words of a message with its `{placeholders}` filled in.

        A number given as `n` picks `key.one` for exactly 1, else `key.other`, where they exist.

        Raises:
            KeyError: There is no such message, or a value for a placeholder is missing: a bug.
        """
        if "n" in values:
            plural = f"{key}.one" if values["n"] == 1 else f"{key}.other"
            if plural in self._words:
                key = plural
        text = self._words[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Say whether there is such a message."""
        return key in self._words

    @property
    def keys(self) -> frozenset[str]:
        """Return all message ids."""
        return frozenset(self._words)


def load_texts(folder: Path) -> dict[Language, Texts]:
    """Load every language below `folder`.

    Raises:
        SettingsError: A file can't be read, or two files of one language define the same message.
    """
    found: dict[Language, Texts] = {}
    for language_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        words: dict[str, str] = {}
        for file in sorted(language_folder.glob("*.toml")):
            _add(words, file)
        language = Language(language_folder.name)
        found[language] = Texts(language, words)
    if not found:
        raise SettingsError(f"There are no languages in {folder}.", "Install the kiosk again.")
    return found


def _add(words: dict[str, str], file: Path) -> None:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file.name} can't be read: {error}.", "Correct the file.") from error
    for key, text in _flat(table, ""):
        if key in words:
            raise SettingsError(f"{file.name} defines {key} again.", "Keep one of the two.")
        words[key] = text


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", str(value)))
    return found
