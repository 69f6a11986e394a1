"""Who may do what with what is written down at a conversation, and with its way to the machine.

Part of the one table of :mod:`hotline.web.access`.
"""

from hotline.domain.contact import Role
from hotline.web.circles import BOARD, DECIDING, FOLLOWING, LISTENERS, READERS, SUPERVISORS

WRITTEN: dict[str, str | frozenset[Role]] = {
    "staff.save_plan": LISTENERS,
    "staff.share_plan": LISTENERS,
    "staff.plan_page": READERS,
    "staff.rate": LISTENERS,
    "staff.refer": LISTENERS,
    "staff.refer_on": LISTENERS,
    "staff.consent": LISTENERS,
    "staff.keep_guardian": LISTENERS,
    "staff.open_guardian": LISTENERS,
    "staff.follow_ups": FOLLOWING,
    "staff.arrange_follow_ups": LISTENERS,
    "staff.open_follow_up": FOLLOWING,
    "staff.try_follow_up": FOLLOWING,
    "staff.sign_address": SUPERVISORS,
    "staff.see_address": LISTENERS,
    "staff.training_sets_page": BOARD,
    "staff.ask_training_set": DECIDING,
    "staff.answer_training_set": DECIDING,
    "api_staff.get_training_sets": BOARD,
    "api_staff.wish_training_set": DECIDING,
    "api_staff.decide_training_set": DECIDING,
    "api_staff.write_plan": LISTENERS,
    "api_staff.give_plan": LISTENERS,
    "api_staff.take_plan_back": LISTENERS,
    "api_staff.keep_draft": LISTENERS,
    "api_staff.note_ratings": LISTENERS,
    "api_staff.add_referral": LISTENERS,
    "api_staff.move_referral": LISTENERS,
    "api_staff.note_consent": LISTENERS,
    "api_staff.name_guardian": LISTENERS,
    "api_staff.get_guardian": LISTENERS,
    "api_staff.get_follow_ups": FOLLOWING,
    "api_staff.plan_follow_ups": LISTENERS,
    "api_staff.get_follow_up_number": FOLLOWING,
    "api_staff.note_follow_up": FOLLOWING,
    "api_staff.agree_to_address": SUPERVISORS,
    "api_staff.get_address": LISTENERS,
}
