"""Who may see and change what is said and when it is open; part of the one table of :mod:`hotline.web.access`.

A text needs two people of ``WORDING``, and never twice the same one: that is decided in ``flow/wordings.py``.
"""

from hotline.domain.contact import Role
from hotline.web.circles import ADMINISTRATORS, ANYONE, WORD_READERS, WORDING

SAID: dict[str, str | frozenset[Role]] = {
    "staff.words_page": WORD_READERS,
    "staff.word_page": WORD_READERS,
    "staff.propose_word": WORDING,
    "staff.sign_word": WORDING,
    "staff.refuse_word": WORDING,
    "staff.withdraw_word": WORDING,
    "staff.hours_page": ADMINISTRATORS,
    "staff.set_hours": ADMINISTRATORS,
    "staff.revoke_hours": ADMINISTRATORS,
    "api_seeker.get_hours": ANYONE,
    "api_staff.get_words": WORD_READERS,
    "api_staff.get_word": WORD_READERS,
    "api_staff.new_wording": WORDING,
    "api_staff.sign_wording": WORDING,
    "api_staff.refuse_wording": WORDING,
    "api_staff.withdraw_wording": WORDING,
    "api_staff.get_hours_history": ADMINISTRATORS,
    "api_staff.new_hours": ADMINISTRATORS,
    "api_staff.withdraw_hours": ADMINISTRATORS,
}
