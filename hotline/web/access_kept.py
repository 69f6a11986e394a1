"""Who may do what with what is kept and erased; part of the one table of :mod:`hotline.web.access`."""

from hotline.domain.contact import Role
from hotline.web.circles import DECIDING

KEPT: dict[str, str | frozenset[Role]] = {
    "staff.retention_page": DECIDING,
    "staff.hold": DECIDING,
    "staff.ask_second_word": DECIDING,
    "staff.say_second_word": DECIDING,
    "api_staff.get_retention": DECIDING,
    "api_staff.hold_contact": DECIDING,
    "api_staff.ask_for_second_word": DECIDING,
    "api_staff.answer_second_word": DECIDING,
}
