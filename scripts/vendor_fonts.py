"""Write the fonts of other scripts that reports fall back to, cut to the characters that texts have.

Usage: python scripts/vendor_fonts.py FOLDER

FOLDER holds NotoSans-Regular.ttf, NotoSansHebrew-Regular.ttf, NotoSansArabic-Regular.ttf and
DroidSansFallbackFull.ttf anywhere below it, as in Debian's fonts-noto-core and fonts-droid-fallback.
Noto Sans CJK will not do: its outlines are CFF by CID, whose glyphs the renderer names in a way that veraPDF
takes for missing ones. All get the line of Public Sans, so that a foreign word moves no other.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "reports/fonts"

_COMMON = (*range(0x20, 0x7F), 0xA0, *range(0x200B, 0x2028))
"""What stands between the words of every script, and is set in the face of its neighbours."""


_EAST_ASIAN = (*range(0x3000, 0x3130), *range(0x4E00, 0xA000), *range(0xAC00, 0xD7A4), *range(0xFF00, 0xFFF0))
"""Marks, kana, the unified characters, Korean syllables, and the forms of full width."""


def main() -> None:
    """Write one file for each script into reports/fonts."""
    folder = Path(sys.argv[1])
    latin = (*range(0x100, 0x250), *range(0x1E00, 0x1F00), *range(0x2000, 0x2070), *range(0x20A0, 0x20C1))
    europe = (*latin, *range(0x370, 0x530), *range(0x1F00, 0x2000), *range(0x2190, 0x2200))
    hebrew = range(0x590, 0x600)
    arabic = (*range(0x600, 0x780), *range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00))
    _cut(folder, "NotoSans-Regular.ttf", "NotoSans-Europe", europe)
    _cut(folder, "NotoSansHebrew-Regular.ttf", "NotoSans-Hebrew", hebrew)
    _cut(folder, "NotoSansArabic-Regular.ttf", "NotoSans-Arabic", arabic)
    _cut(folder, "DroidSansFallbackFull.ttf", "DroidSans-EastAsian", _EAST_ASIAN)


def _cut(folder: Path, source: str, name: str, characters: range | tuple[int, ...]) -> None:
    (path,) = folder.rglob(source)
    font = TTFont(path)
    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["*"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = Subsetter(options)
    cutter.populate(unicodes=(*_COMMON, *characters))
    cutter.subset(font)
    _lay_on_line(font)
    font.flavor = "woff2"
    target = TARGET / f"{name}.woff2"
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size:,} bytes")


def _lay_on_line(font: TTFont) -> None:
    """Give a font the height of line that ours has."""
    ours = TTFont(TARGET / "PublicSans-Regular.woff2")
    scale = font["head"].unitsPerEm / ours["head"].unitsPerEm
    for table, names in (
        ("hhea", ("ascent", "descent", "lineGap")),
        ("OS/2", ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent")),
    ):
        for name in names:
            setattr(font[table], name, round(getattr(ours[table], name) * scale))


if __name__ == "__main__":
    main()
