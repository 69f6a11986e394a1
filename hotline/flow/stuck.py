"""Why nobody is asked about somebody who waits: the ranking's own refusals, so that a supervisor need not guess."""

from sqlalchemy.engine import Connection

from hotline.flow.helpline import Helpline
from hotline.flow.scene import candidates, look
from hotline.routing.ranking import Refusal, refusal, seats_of


def refusals(helpline: Helpline, conn: Connection) -> tuple[int, dict[str, dict[str, Refusal | None]]]:
    """How many people are on duty, and for the contacts that come next why each may not be asked now (``None``: may).

    Contacts far behind in their lane are left out, and all of them while nobody here may be asked about anything.
    """
    now, policy = helpline.clock.now(), helpline.routing
    here = candidates(helpline, conn, now)
    seats = seats_of(here)
    return len(here), {
        wanted.contact_id: {
            one.person_id: refusal(policy, wanted, one, seats, lane=wanted.lane, now=now) for one in here
        }
        for wanted in look(helpline, conn, now).waiting
    }
