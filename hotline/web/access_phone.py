"""Who may ask what about telephones and texts; part of the one table of :mod:`hotline.web.access`.

The provider's own door is open to anyone: its signature is the authority (``intake/provider.py``).
"""

from hotline.domain.contact import Role
from hotline.web.circles import ANYONE, LISTENERS, READERS, SEEKER, SUPERVISORS

PHONE: dict[str, str | frozenset[Role]] = {
    "telephone.text_incoming": ANYONE,
    "telephone.recording_there": ANYONE,
    "telephone.text_status": ANYONE,
    "api_seeker.get_lines": ANYONE,
    "api_staff.get_texts": READERS,
    "staff.phone_page": SUPERVISORS,
    "staff.add_line": SUPERVISORS,
    "staff.remove_line": SUPERVISORS,
    "staff.switch_channel": SUPERVISORS,
    "staff.handle_text": SUPERVISORS,
    "staff.text_again": SUPERVISORS,
    "staff.recording_sound": READERS,
    "staff.recording_again": SUPERVISORS,
    "api_staff.get_recording": READERS,
    "api_staff.try_recording_again": SUPERVISORS,
    "staff.block_number": SUPERVISORS,
    "staff.lift_block": SUPERVISORS,
    "api_staff.block_number_of": SUPERVISORS,
    "api_staff.lift_block_of": SUPERVISORS,
    "api_staff.get_phone": SUPERVISORS,
    "api_staff.list_line": SUPERVISORS,
    "api_staff.unlist_line": SUPERVISORS,
    "api_staff.set_channel": SUPERVISORS,
    "api_staff.see_to_text": SUPERVISORS,
    "api_staff.send_text_again": SUPERVISORS,
    "staff.voice_script": LISTENERS,
    "staff.voice_call": LISTENERS,
    "api_staff.get_voice_token": LISTENERS,
    "api_staff.set_voice": LISTENERS,
    "api_staff.get_voice_call": LISTENERS,
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
    # whom they call, text or write about
    "staff.note_about": LISTENERS,
    "api_staff.note_about_of": LISTENERS,
    # being called back
    "seeker.callback_page": SEEKER,
    "seeker.callback_withdraw": SEEKER,
    "staff.open_number": LISTENERS,
    "staff.note_call": LISTENERS,
}
