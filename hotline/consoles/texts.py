"""How far the texts of one conversation have come, for the page that follows it and for programs."""

from typing import Any

from hotline.consoles import views
from hotline.consoles.doors import api
from hotline.reports import text_view
from hotline.web import text_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.session import current_person


@api.get("/contacts/<contact_id>/texts")
@api.output(schemas.TextStates)
def get_texts(contact_id: str) -> Any:
    """What became of each message that went out as a text."""
    found = views.open_contact(current_person(), contact_id, purpose="transcript")
    with helpline().database.read() as conn:
        return {"texts": list(text_view.states(reader(conn), found).values())}
