"""What somebody who needs help has to load first stays light; how fast it is, ``benchmarks/pages.py`` measures."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.web import browser_of, reach_out
from werkzeug.test import TestResponse as Response

from hotline.web import packing

MOST_BYTES, MOST_REQUESTS = 100_000, 15
LINKS = re.compile(r'<(?:link|script)\b[^>]*\b(?:href|src)="(/static/[^"]+)"')
IMPORTS = re.compile(r'from "\./([\w-]+\.js)"')


def visitor(app: Flask) -> FlaskClient:
    """Somebody with an open conversation."""
    return browser_of(app, reach_out(app), "hl_seeker")


def got(client: FlaskClient, path: str, **headers: str) -> Response:
    """An answer that is read to its end and closed."""
    with client.get(path, headers={name.replace("_", "-"): said for name, said in headers.items()}) as answer:
        answer.get_data()
        return answer


def files_of(client: FlaskClient, page: str) -> set[str]:
    """Every file of a page, with all that its scripts import."""
    found, looked_at = set(LINKS.findall(got(client, page).text)), set()
    while found - looked_at:
        path = (found - looked_at).pop()
        looked_at.add(path)
        if path.endswith(".js"):
            found |= {f"/static/js/{name}" for name in IMPORTS.findall(got(client, path).text)}
    return found


@pytest.mark.parametrize("page", ["/", "/chat"])
def test_a_first_load_is_light(app: Flask, page: str) -> None:
    client = visitor(app)
    needed = [page, *files_of(client, page)]
    assert len(needed) >= 6
    assert len(needed) <= MOST_REQUESTS
    assert sum(len(got(client, one, Accept_Encoding="gzip, br").data) for one in needed) < MOST_BYTES / 2


def test_no_script_of_the_conversation_is_found_late(app: Flask) -> None:
    client = visitor(app)
    asked = set(re.findall(r'rel="modulepreload" href="([^"]+)"', got(client, "/chat").text))
    assert asked == {one for one in files_of(client, "/chat") if one.endswith(".js")}


def test_a_file_is_packed_for_who_can_unpack_it_and_never_a_page(app: Flask) -> None:
    client, path = visitor(app), "/static/chat.css"
    plain, small = got(client, path), got(client, path, Accept_Encoding="gzip")
    assert (plain.headers.get("Content-Encoding"), small.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(small.data) == plain.data
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    again = got(client, path, Accept_Encoding="gzip", If_None_Match=small.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    for one in (got(client, "/chat", Accept_Encoding="gzip"), got(client, path, Accept_Encoding="gzip;q=0")):
        assert one.headers.get("Content-Encoding") is None


def test_one_file_by_many_addresses_is_kept_once(app: Flask) -> None:
    client = app.test_client()
    packing._kept.clear()
    for number in range(5):
        assert got(client, f"/static/a{number}/../app.css", Accept_Encoding="gzip").status_code in {200, 404}
    assert len(packing._kept) <= 1
