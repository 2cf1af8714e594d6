# ruff: noqa: INP001 - a script beside the packaging files; `packaging` as a package would hide a library of that name
"""Build the kiosk's own fonts from Noto Sans CJK SC, for whoever changes what they contain.

    python packaging/build_fonts.py --noto FOLDER --unihan Unihan_OtherMappings.txt.bz2

FOLDER holds NotoSansCJK-Regular.ttc and -Bold.ttc (Debian: fonts-noto-cjk), the other file is part
of Unihan (Debian: unicode-data). Three things are done to the originals: only wanted characters
stay, cubic outlines become quadratic ones (reportlab embeds nothing else), and the fonts get a name
of their own, as the SIL Open Font License asks of changed versions of fonts with a reserved name.
The result depends on nothing but the input and the version of fontTools.
"""

from __future__ import annotations

import argparse
import bz2
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]
from fontTools.ttLib.ttCollection import TTCollection  # type: ignore[import-untyped]

SOURCE_FACE = "Noto Sans CJK SC"
FAMILY = "Doorstep Sans SC"
VERSION = "1.000"
OUTLINE_TOLERANCE = 1.0
"""How far a quadratic outline may be from the cubic one, in 1/1000 em: 0.004 mm on a receipt."""

FIRST_CJK = 0x2E80
NARROW_FORMS = {0x2018: 0xE018, 0x2019: 0xE019, 0x201C: 0xE01C, 0x201D: 0xE01D, 0x2026: 0xE026}
"""Curly quotes and the ellipsis are as wide as a hanzi in this font. Their narrow forms, for words
in Latin letters, are put at private code points; the two single quotes take the ordinary place
too, since U+2019 is above all the apostrophe."""

LAYOUT_FEATURES = ("kern", "pwid")
DROPPED_TABLES = ("BASE", "DSIG", "VORG", "vhea", "vmtx", "CFF ")


@dataclass(frozen=True, slots=True)
class Cut:
    """One font to be built: from which file, which characters, under which name."""

    source: str
    target: str
    family: str
    style: str
    characters: frozenset[int]


def main() -> None:
    """Build the three fonts and say how large they are."""
    arguments = argparse.ArgumentParser(
        description="Build the kiosk's fonts from Noto Sans CJK SC."
    )
    arguments.add_argument("--noto", type=Path, required=True, help="folder of NotoSansCJK-*.ttc")
    arguments.add_argument(
        "--unihan", type=Path, required=True, help="Unihan_OtherMappings.txt.bz2"
    )
    arguments.add_argument("--out", type=Path, default=Path("assets/fonts"))
    options = arguments.parse_args()
    available = frozenset(_open_face(options.noto / "NotoSansCJK-Regular.ttc").getBestCmap())
    everyday = available & everyday_characters(options.unihan)
    rare = frozenset(c for c in available - everyday if is_hanzi(c))
    for cut in (
        Cut("NotoSansCJK-Regular.ttc", "DoorstepSansSC-Regular.ttf", FAMILY, "Regular", everyday),
        Cut("NotoSansCJK-Bold.ttc", "DoorstepSansSC-Bold.ttf", FAMILY, "Bold", everyday),
        Cut(
            "NotoSansCJK-Regular.ttc", "DoorstepSansSC-Rare.ttf", f"{FAMILY} Rare", "Regular", rare
        ),
    ):
        target = options.out / cut.target
        _build(cut, options.noto, target)
        print(f"{target}: {len(cut.characters)} characters, {target.stat().st_size} bytes")  # noqa: T201 - a command


def everyday_characters(unihan: Path) -> frozenset[int]:
    """Return what the regular and bold fonts hold.

    The 8,105 characters of the Table of General Standard Chinese Characters (通用规范汉字表, Unihan
    kTGH), GB 2312, everything below the CJK blocks (Latin, Greek, Cyrillic, punctuation, arrows,
    circled digits, check marks), CJK punctuation and full-width forms.
    """
    general = frozenset(_unihan_property(unihan, "kTGH"))
    gb2312 = frozenset(
        ord(bytes((row, cell)).decode("gb2312"))
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
        if bytes((row, cell)).decode("gb2312", "ignore")
    )
    ranges = ((0x20, FIRST_CJK), (0x3000, 0x3040), (0xFE30, 0xFE50), (0xFF00, 0xFFF0))
    return general.union(gb2312, *(range(*limits) for limits in ranges))


def is_hanzi(code_point: int) -> bool:
    """Say whether the character is an ideograph, one of its radicals or a compatibility form."""
    blocks = (
        (0x2E80, 0x2FDF),
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF),
    )
    return any(first <= code_point <= last for first, last in blocks) or code_point == ord("〇")


def _unihan_property(unihan: Path, name: str) -> Iterable[int]:
    for line in bz2.decompress(unihan.read_bytes()).decode("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3 and fields[1] == name:
            yield int(fields[0].removeprefix("U+"), 16)


def _open_face(path: Path) -> TTFont:
    for font in TTCollection(path, lazy=True).fonts:
        if (
            font["name"].getDebugName(1) == SOURCE_FACE
            or font["name"].getDebugName(16) == SOURCE_FACE
        ):
            return font
    raise SystemExit(f"{path} has no face called {SOURCE_FACE}")


def _build(cut: Cut, folder: Path, target: Path) -> None:
    os.environ["SOURCE_DATE_EPOCH"] = "1600000000"  # the same input gives the same bytes
    font = _open_face(folder / cut.source)
    options = subset.Options(
        layout_features=list(LAYOUT_FEATURES),
        hinting=False,
        desubroutinize=True,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=["*"],
        drop_tables=[*subset.Options().drop_tables, "BASE", "VORG", "vhea", "vmtx"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=cut.characters)
    subsetter.subset(font)
    narrow = _narrow_forms(font)
    _make_quadratic(font)
    _rename(font, cut)
    for table in font["cmap"].tables:
        table.cmap.update(narrow)
    for tag in DROPPED_TABLES:
        if tag in font:
            del font[tag]
    font.save(target)


def _narrow_forms(font: TTFont) -> dict[int, str]:
    """Return which code points get which narrow form, as the font's own feature `pwid` says."""
    by_code_point = font.getBestCmap()
    narrow: dict[int, str] = {}
    if "GSUB" not in font:
        return narrow
    gsub = font["GSUB"].table
    lookups = {
        i
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "pwid"
        for i in record.Feature.LookupListIndex
    }
    substitutes: dict[str, str] = {}
    for index in lookups:
        for subtable in gsub.LookupList.Lookup[index].SubTable:
            substitutes.update(getattr(subtable, "ExtSubTable", subtable).mapping)
    for ordinary, private in NARROW_FORMS.items():
        glyph = substitutes.get(by_code_point.get(ordinary, ""))
        if glyph is not None:
            narrow[private] = glyph
            if ordinary in (0x2018, 0x2019):
                narrow[ordinary] = glyph
    return narrow


def _make_quadratic(font: TTFont) -> None:
    order = font.getGlyphOrder()
    outlines = font.getGlyphSet()
    glyf = newTable("glyf")
    glyf.glyphs = {}
    glyf.glyphOrder = order
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, OUTLINE_TOLERANCE, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()
    font["glyf"] = glyf
    font["loca"] = newTable("loca")
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    for field in (
        *(
            "maxTwilightPoints",
            "maxStorage",
            "maxFunctionDefs",
            "maxInstructionDefs",
            "maxStackElements",
        ),
        *(
            "maxSizeOfInstructions",
            "maxPoints",
            "maxContours",
            "maxCompositePoints",
            "maxCompositeContours",
        ),
        *("maxComponentElements", "maxComponentDepth"),
    ):
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    post = font["post"]
    post.formatType = 3.0  # no glyph names: nothing that embeds these fonts needs them
    font.sfntVersion = "\x00\x01\x00\x00"
    metrics = font["hmtx"].metrics
    for name in order:
        glyph = glyf[name]
        glyph.recalcBounds(glyf)
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))


def _rename(font: TTFont, cut: Cut) -> None:
    names = font["name"]
    kept = {
        record.nameID: record.toUnicode() for record in names.names if record.nameID in (0, 13, 14)
    }
    postscript = f"{cut.family.replace(' ', '')}-{cut.style}"
    names.names = []
    for name_id, text in {
        **kept,
        1: cut.family,
        2: cut.style,
        3: f"{VERSION};{postscript}",
        4: f"{cut.family} {cut.style}",
        5: f"Version {VERSION}",
        6: postscript,
        10: "Subset of Noto Sans CJK SC with quadratic outlines.",
    }.items():
        names.setName(text, name_id, 3, 1, 0x409)


if __name__ == "__main__":
    main()
