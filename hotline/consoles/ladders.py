"""The ladders' page: every rung and timer that runs, and why somebody is stuck; a ladder nobody sees goes quiet."""

from typing import Any

from flask import render_template

from hotline.consoles.doors import api, pages
from hotline.flow import stuck
from hotline.reports import ladder_view
from hotline.web.house import helpline, reader
from hotline.web.staff_schemas import Ladders


def read() -> dict[str, Any]:
    """``Ladders`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        here, found = stuck.refusals(parts, conn)
        refused = {
            contact_id: {person: None if why is None else why.value for person, why in people.items()}
            for contact_id, people in found.items()
        }
        return ladder_view.ladders(reader(conn), refused, here=here)


@pages.get("/ladders")
def ladders() -> str:
    """Every ladder with its rungs."""
    return render_template("consoles/ladders.html", ladders=read())


@pages.get("/ladders/fragment")
def ladders_fragment() -> str:
    """The part of the page that changes."""
    return render_template("consoles/_ladders.html", ladders=read())


@api.get("/ladders")
@api.output(Ladders)
def get_ladders() -> Any:
    """Every ladder with its rungs, who was asked, and why somebody is stuck."""
    return read()
