"""What programs send and get about calls."""

from hotline.domain.phone import Mode
from hotline.flow.on_the_line import CallAct
from hotline.web.schemas import Given


class CallActGiven(Given):
    """One thing to do about the call of a conversation."""

    act: CallAct


class ListenIn(Given):
    """How a supervisor sits in a call."""

    mode: Mode
