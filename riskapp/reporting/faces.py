"""The faces of a document: ours, and those of other scripts, of which it loads what its words need."""

from pathlib import Path

from fontTools.ttLib import TTFont

OURS = ("PublicSans-Regular", "PublicSans-Italic", "PublicSans-SemiBold", "PublicSans-Bold")

OTHERS = ("NotoSans-Europe", "NotoSans-Hebrew", "NotoSans-Arabic", "DroidSans-EastAsian")
"""In the order in which a character is looked for that ours do not have; `scripts/vendor_fonts.py`."""


class Faces:
    """Which characters can be printed, and which faces were needed for those that were asked for."""

    def __init__(self, fonts: Path) -> None:
        """Read the face of ours that all words are set in; the others when a character asks for them."""
        self._fonts = fonts
        self._known = {OURS[0]: self._characters(OURS[0])}
        self._needed: set[str] = set()

    def _characters(self, name: str) -> frozenset[int]:
        with TTFont(self._fonts / f"{name}.woff2", lazy=True) as face:
            return frozenset(face.getBestCmap())

    def print(self, character: str) -> bool:
        """Return whether a face has the character; the face is needed from now on."""
        code = ord(character)
        if code in self._known[OURS[0]]:
            return True
        for name in OTHERS:
            if name not in self._known:
                self._known[name] = self._characters(name)
            if code in self._known[name]:
                self._needed.add(name)
                return True
        return False

    def styles(self) -> str:
        """Return the rules that load the faces which were needed beside ours."""
        rule = '@font-face {{ font-family: "{name}"; src: url("fonts/{name}.woff2") format("woff2"); }}\n'
        return "".join(rule.format(name=name) for name in OTHERS if name in self._needed)
