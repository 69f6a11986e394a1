"""Who may ask what about calls and texts; see :mod:`hotline.web.access`."""

from hotline.domain.contact import Role
from hotline.web.circles import ANYONE, LISTENERS, SEEKER, SUPERVISORS

CALLED: dict[str, str | frozenset[Role]] = {
    # the telephone provider: a signature over every field is the authority (intake/provider.py)
    "telephone.incoming": ANYONE,
    "telephone.next_words": ANYONE,
    "telephone.answered": ANYONE,
    "telephone.heard_so_far": ANYONE,
    "telephone.hold": ANYONE,
    "telephone.helper": ANYONE,
    "telephone.take": ANYONE,
    "telephone.cut": ANYONE,
    "telephone.call_again": ANYONE,
    "telephone.left": ANYONE,
    "telephone.leg_events": ANYONE,
    "telephone.call_events": ANYONE,
    "telephone.conference_events": ANYONE,
    # calls at the desk; who may touch this call is decided in flow/on_the_line.py
    "staff.act_on_call": LISTENERS,
    "staff.listen_in": SUPERVISORS,
    "staff.leave_line": LISTENERS,
    "api_staff.act_on_call_of": LISTENERS,
    "api_staff.listen_in_to": SUPERVISORS,
    "api_staff.leave_line_of": LISTENERS,
    # being called back
    "seeker.callback_page": SEEKER,
    "seeker.callback_withdraw": SEEKER,
    "staff.open_number": LISTENERS,
    "staff.note_call": LISTENERS,
}
