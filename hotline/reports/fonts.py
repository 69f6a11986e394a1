"""Finds the font in which files are written; without Chinese letters a report would be a page of empty boxes."""

from pathlib import Path

from hotline.domain.contact import Language
from hotline.domain.errors import Unavailable

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/opt/homebrew/share/fonts"),
    Path("/Library/Fonts"),
)
REGULAR, BOLD = "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"
PACKAGE = "fonts-noto-cjk"
"""Debian's package with both."""
_PLACE = {Language.ZH_HANS: 2, Language.ZH_HANT: 3, Language.EN: 2}
"""Place of each language's letters in the collection: Japanese, Korean, simplified, traditional (Taiwan, Hong Kong)."""


class NoFont(Unavailable):
    """This machine has no Chinese letters for a PDF; an operator installs them."""

    code = "no_font"


def find(name: str, folders: tuple[Path, ...] = FOLDERS) -> Path:
    """The font file of this name; raises ``NoFont``."""
    for folder in folders:
        found = next(folder.rglob(name), None) if folder.is_dir() else None
        if found is not None:
            return found
    raise NoFont(f"{name} is not on this machine: install the package {PACKAGE}")


def place(language: Language) -> int:
    """Which font of the collection holds a language's letters."""
    return _PLACE[language]
