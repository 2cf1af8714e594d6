"""The pictures that papers are compared with, dot for dot: `python -m tests.support.golden_papers`
draws them again.

They use the fonts in `assets/` alone. Look at what changed before committing it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.texts import load_texts
from launch.paper_pictures import Picture, documents, pages, save
from launch.paper_samples import all_samples
from launch.places import LOCALE

FOLDER = Path(__file__).parents[1] / "goldens" / "papers"
VERSIONS = FOLDER / "versions.txt"
"""Which libraries drew them. With these every dot has to be the same."""
TOLERANCE = 0.002
"""With other versions of the libraries: this share of the dots may differ."""

_VARIANTS: dict[str, tuple[str, ...]] = {
    "receipt": ("80.zh_CN", "80.en", "58.zh_CN", "58.en", "80.both", "58.zh_CN.large"),
    "acknowledgement": ("a4.zh_CN", "a4.en", "a4.both"),
    "missing-papers": ("80.zh_CN", "58.en.large"),
}


def versions() -> str:
    """Return what draws here."""
    return "".join(f"{name} {version(name)}\n" for name in ("pypdfium2", "reportlab", "segno"))


def golden_pictures() -> Iterator[Picture]:
    """Draw every picture that there is a golden one of: each document once, some in more shapes."""
    texts = load_texts(LOCALE)
    for sample in all_samples():
        wanted = _VARIANTS.get(sample.name, ("80.zh_CN", "a4.zh_CN"))
        for name, pdf in documents(sample, texts, wanted):
            yield from pages(name, pdf)


def golden_dots(name: str) -> npt.NDArray[np.bool_]:
    """Return a golden picture; True is black."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        return ~np.array(picture.convert("1"))


def main() -> int:
    """Draw all of them again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    names = []
    for picture in golden_pictures():
        save(picture.raster, FOLDER / f"{picture.name}.png")
        names.append(picture.name)
    VERSIONS.write_text(versions())
    print(f"{len(names)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
