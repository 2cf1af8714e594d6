"""The ceremonies of the platform's keys, through the real command, with real files."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from central.cli import main

PASSPHRASE = "four herons by the lake"


@dataclass
class Ceremony:
    """Somebody at the platform and somebody at the machine without a network."""

    data: Path
    drawer: Path
    """What is carried between the two, and locked away."""
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Write the passphrase down, which is for tests alone."""
        self.drawer.mkdir()
        self.passphrase = self.drawer / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.root = self.drawer / "root.locked"

    def say(self, *words: str | Path, typed: str = "") -> tuple[int, str]:
        """Run `central`; return its status and what it said."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        status = main([str(word) for word in words])
        said = self.capsys.readouterr()
        return status, said.out + said.err

    def do(self, *words: str | Path, typed: str = "") -> str:
        """Run `central`, which has to work; return what it said."""
        status, said = self.say(*words, typed=typed)
        assert status == 0, said
        return said

    def rotate(self, *words: str | Path) -> str:
        """Rotate with the root key at hand."""
        return self.do("rotate-keys", "--data", self.data, *words)

    def take_root_away(self) -> str:
        """Take the root key off the platform."""
        return self.do(
            "export-root",
            *("--data", self.data, "--out", self.root),
            *("--passphrase-file", self.passphrase),
        )

    def request(self, *words: str | Path) -> Path:
        """Ask for a keyset; return the request."""
        self.count += 1
        path = self.drawer / f"request-{self.count}"
        self.rotate(*words, "--request", path)
        return path

    def sign(self, request: Path, typed: str, root: Path | None = None) -> tuple[int, str, Path]:
        """Sign a request where the root key is; return status, words and the signed keyset."""
        out = request.with_suffix(".signed")
        out.unlink(missing_ok=True)
        status, said = self.say(
            "sign-keyset",
            *("--root", root or self.root, "--request", request, "--out", out),
            *("--passphrase-file", self.passphrase),
            typed=typed + "\n",
        )
        return status, said, out

    def bring(self, signed: Path) -> tuple[int, str]:
        """Take a signed keyset to the platform."""
        return self.say("import-keyset", "--data", self.data, signed)

    def hold(self, version: int, *words: str | Path) -> str:
        """Hold a whole ceremony for a keyset; return what the machine without a network showed."""
        status, said, out = self.sign(self.request(*words), str(version))
        assert status == 0, said
        assert self.bring(out)[0] == 0
        return said

    def backup(self, name: str) -> tuple[Path, Path]:
        """Make a backup key; return its private and its public file."""
        path = self.drawer / f"{name}.locked"
        self.do(
            "backup-key",
            *("--out", path, "--name", name, "--passphrase-file", self.passphrase),
        )
        return path, path.with_suffix(".pub")
