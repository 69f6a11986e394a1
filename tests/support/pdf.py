"""Reads the words of a PDF that fpdf2 made, from its own streams; a reader library would be one more to keep."""

import re
import zlib

_STREAM = re.compile(rb"<<(?:(?!>>\s*stream).)*?>>\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_LINE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|\[(.*?)\] TJ", re.DOTALL)
_PIECE = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for packed in _STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return found


def _letters(stream: bytes) -> dict[int, str]:
    """Code in the text to letter, of one font's ToUnicode table."""
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in _LINE.findall(stream)}


def _plain(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


def texts(pdf: bytes) -> str:
    """Every line of text, in the order in which it was written; raises ``AssertionError`` for what is no PDF."""
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    streams = _streams(pdf)
    fonts = [_letters(stream) for stream in streams if b"beginbfchar" in stream or b"beginbfrange" in stream]
    assert fonts
    said = []
    for stream in streams:
        if b" Tj" not in stream and b" TJ" not in stream:
            continue
        at = 0
        for number, single, several in _SHOWN.findall(stream):
            if number:
                at = int(number) - 1
                continue
            raw = b"".join(map(_plain, _PIECE.findall(several))) if several else _plain(single)
            codes = [int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw), 2)]
            said.append("".join(fonts[at % len(fonts)].get(code, "?") for code in codes))
    return "\n".join(said)
