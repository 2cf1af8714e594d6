"""Pictures of every document, on every paper, in both languages, in two at once and in large print.

`./run papers [--folder DIR] [--only NAME]`: needs no display, no printer and no platform.
"""

from __future__ import annotations

import argparse
import html
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pypdfium2
from PIL import Image

from kiosk import papers
from kiosk.domain import Language
from kiosk.ports.printer import Paper, PaperForm
from kiosk.texts import Texts, load_texts
from launch.paper_samples import Sample, all_samples
from launch.places import LOCALE, ROOT
from printing.layout import render_a4, render_pdf
from printing.media import PaperWidth
from printing.raster import Raster, rasterise

FOLDER = ROOT / "build" / "papers"
_FIRST, _SECOND = Language("zh_CN"), Language("en")


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as its printer draws it."""

    name: str
    raster: Raster


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures and print where they are."""
    parser = argparse.ArgumentParser(prog="run papers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    parser.add_argument("--only", default="", help="only documents whose name begins so")
    parsed = parser.parse_args(arguments)
    count = make_pictures(parsed.folder, parsed.only)
    print(f"{count} pictures in {parsed.folder}")
    return 0 if count else 1


def make_pictures(folder: Path, only: str = "") -> int:
    """Write a PDF per document and a PNG per page, and `index.html`; return how many pages.

    Args:
        folder: Made if it is not there.
        only: Beginning of the names of the documents; "" for all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = load_texts(LOCALE)
    files: list[str] = []
    for sample in all_samples():
        if not sample.name.startswith(only):
            continue
        for name, pdf in documents(sample, texts):
            (folder / f"{name}.pdf").write_bytes(pdf)
            for picture in pages(name, pdf):
                files.append(f"{picture.name}.png")
                save(picture.raster, folder / files[-1])
    (folder / "index.html").write_text(_index(files), encoding="utf-8")
    return len(files)


def documents(
    sample: Sample, texts: dict[Language, Texts], shapes: Collection[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield the document in every shape that it has: (name, PDF).

    Args:
        sample: The document.
        texts: Every language.
        shapes: Only these, such as `80.zh_CN`; empty: all.
    """
    made = {language: sample.make(words) for language, words in texts.items()}
    variants: dict[str, Paper] = {str(language): paper for language, paper in made.items()}
    variants["both"] = papers.in_both(made[_FIRST], made[_SECOND])
    for language, paper in list(variants.items()):
        variants[f"{language}.large"] = papers.in_large_print(paper)
    for variant, paper in variants.items():
        for shape, render in _shapes(variant, paper):
            if not shapes or shape in shapes:
                yield f"{sample.name}.{shape}", render()


def _shapes(variant: str, paper: Paper) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if paper.form is PaperForm.A4:
        yield f"a4.{variant}", partial(render_a4, paper)
        return
    for width in PaperWidth:
        yield f"{width.value}.{variant}", partial(render_pdf, paper, width)


def pages(name: str, pdf: bytes) -> Iterator[Picture]:
    """Yield the pages of a document; the first has its name, the others a number besides."""
    document = pypdfium2.PdfDocument(pdf)
    count = len(document)
    document.close()
    for number in range(count):
        page_name = name if number == 0 else f"{name}.{number + 1}"
        yield Picture(page_name, rasterise(pdf, number))


def save(raster: Raster, path: Path) -> None:
    """Write dots as a PNG of one bit."""
    Image.fromarray(~raster.dots()).save(path, "PNG", optimize=True)


def _index(files: Sequence[str]) -> str:
    figures = "\n".join(
        f"<figure><a href='{html.escape(file)}'><img src='{html.escape(file)}' loading='lazy'"
        f" alt=''></a><figcaption>{html.escape(file)}</figcaption></figure>"
        for file in files
    )
    return (
        "<!doctype html><meta charset='utf-8'><title>Papers</title>"
        "<style>body{font-family:sans-serif;background:#ccc}figure{display:inline-block;margin:8px;"
        f"vertical-align:top}}img{{height:420px}}</style>\n{figures}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
