"""Sends style sheets and scripts packed; on a bad line every kilobyte is a moment in which nobody can be reached.

Only files that are the same for everybody are packed. Pages are not: packed together with what a stranger made a
browser ask for, the length of an answer tells what else is in it, form tokens included (BREACH, CVE-2013-3587).
"""

import gzip

from flask import Flask, Response, request

LEAST_BYTES = 500
PACKED = frozenset({"text/css", "text/javascript", "image/svg+xml"})
MOST_KEPT = 200
_kept: dict[str, bytes] = {}
"""Packed files by tag, which stands for path and age of the file; there are a few dozen, and one address of many says
the same file, so nobody can make this grow."""


def init(app: Flask) -> None:
    """Pack what the browser says it can unpack."""
    app.after_request(pack)


def pack(response: Response) -> Response:
    """The same static file, packed; anything else as it is."""
    if request.endpoint != "static" or response.mimetype not in PACKED:
        return response
    response.vary.add("Accept-Encoding")
    tag = response.get_etag()[0]
    whole = response.status_code == 200 and (response.content_length or 0) >= LEAST_BYTES  # noqa: PLR2004  # a whole file
    if not whole or tag is None or not _asked_for():
        return response
    response.direct_passthrough = False
    plain = response.get_data()  # read in any case: this is what closes the file
    if tag not in _kept and len(_kept) >= MOST_KEPT:
        _kept.clear()
    if tag not in _kept:
        _kept[tag] = gzip.compress(plain, mtime=0)
    response.set_data(_kept[tag])
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    response.set_etag(tag, weak=True)
    return response


def _asked_for() -> bool:
    return request.method == "GET" and request.accept_encodings["gzip"] > 0
