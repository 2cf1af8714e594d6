"""Bytes on the line for one receipt, against python-escpos with the same picture.

The peer is installed apart, in `build/peers`, and runs in a process of its own.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from benchmarks.figures import Figure, Unit
from printing.escpos import encode
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.raster import Raster, rasterise
from tests.support.papers import a_chinese_receipt, an_english_receipt

GOAL = 0.5
ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "build" / "peers"
PINS = ROOT / "requirements" / "bench.txt"
PEER = """
import io, sys
from contextlib import redirect_stdout
from PIL import Image
from escpos.printer import Dummy
with redirect_stdout(io.StringIO()):  # it says that it does not know the printer's width
    printer = Dummy()
    printer.hw("INIT")
    picture = Image.open(io.BytesIO(sys.stdin.buffer.read()))
    printer.image(picture, impl="bitImageRaster", center=False)
    printer.cut()
sys.stdout.buffer.write(printer.output)
"""
"""The mode that needs the fewest bytes."""


def measure() -> list[Figure]:
    """Return what both papers take on both widths; counting needs no rounds."""
    _install()
    rasters = [
        rasterise(render_pdf(paper, width))
        for paper in (a_chinese_receipt(), an_english_receipt())
        for width in PaperWidth
    ]
    ours = tuple(len(encode(raster, "bench").data) / 1000 for raster in rasters)
    theirs = tuple(len(by_python_escpos(raster)) / 1000 for raster in rasters)
    name = "a receipt on the line, ESC/POS"
    return [Figure(name, "python-escpos, the same picture", Unit.KB, ours, theirs, goal=GOAL)]


def by_python_escpos(raster: Raster) -> bytes:
    """Return what python-escpos sends for the picture and a cut."""
    picture = io.BytesIO()
    Image.fromarray(~raster.dots()).save(picture, "PNG")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PEER],
        input=picture.getvalue(),
        capture_output=True,
        check=True,
        cwd=PEERS,
        env=os.environ | {"PYTHONPATH": str(PEERS)},
    )
    return done.stdout


def _install() -> None:
    """Install the pinned peer, unless it is there."""
    stamp = PEERS / ".pins"
    pins = PINS.read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == pins:
        return
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    how = ["--upgrade", "--require-hashes", "--only-binary", ":all:", "--target", str(PEERS)]
    subprocess.run([*pip, *how, "-r", str(PINS)], check=True)
    stamp.write_text(pins, encoding="utf-8")
