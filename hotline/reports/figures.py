"""Every figure of the reports, defined once: its name, what it means in one sentence, its unit, and how it is counted.

Page, API, exports and the definitions beside each figure read this list; a figure with two definitions would be two
figures that quarrel. To add one: count what it needs in :mod:`hotline.reports.tally` (and raise
``storage.report_days.VERSION``), then give it a line here.
Labels and sentences are message ids of the catalogues; whoever shows them translates them.
"""

from hotline.domain.contact import Level
from hotline.reports import measures
from hotline.reports.figure import N_, Figure, Part, Unit

# fmt: off
_CONTACTS, _OFFERS, _JUDGED = ("contacts",), ("offers", "contacts"), ("assessments", "contacts")

FIGURES: tuple[Figure, ...] = (
    Figure(
        "contacts", Part.COUNTERS, Unit.COUNT, N_("All contacts"),
        N_("Everybody who reached out in this period, answered or not. Somebody who comes back is a new contact."),
        _CONTACTS, measures.sum_of("contacts"),
    ),
    Figure(
        "support_conversations", Part.COUNTERS, Unit.COUNT, N_("Support conversations"),
        N_("Contacts that a listener took and that do not stand at high or imminent."),
        _CONTACTS, measures.sum_of("answered", measures.CALM),
    ),
    Figure(
        "urgent_interventions", Part.COUNTERS, Unit.COUNT, N_("Urgent interventions"),
        N_("Contacts that a listener took and that stand at high or imminent. None of them counts as a support conversation."),
        _CONTACTS, measures.sum_of("answered", measures.URGENT),
    ),
    Figure(
        "answered", Part.ANSWERING, Unit.SHARE, N_("Answered"),
        N_("Contacts that a listener took, of all contacts."),
        _CONTACTS, measures.share_of("answered", "contacts"),
    ),
    Figure(
        "abandoned", Part.ANSWERING, Unit.SHARE, N_("Left before anybody came"),
        N_("Contacts that ended before a listener took them, of all contacts."),
        _CONTACTS, measures.share_of("abandoned", "contacts"),
    ),
    Figure(
        "abandoned_median", Part.ANSWERING, Unit.SECONDS, N_("Waited before they left: half at most"),
        N_("Half of those who left before anybody came had waited so long or less."),
        _CONTACTS, lambda totals: measures.quantile(totals.leave_seconds, 0.5),
    ),
    Figure(
        "left_again", Part.ANSWERING, Unit.COUNT, N_("Left while waiting a second time"),
        N_("Contacts that a listener took, that went back into the queue, and that ended there."),
        _CONTACTS, measures.sum_of("left_again"),
    ),
    Figure(
        "waiting", Part.ANSWERING, Unit.COUNT, N_("Neither answered nor left"),
        N_("Contacts of this period that still wait for a listener, or to be called back for the first time."),
        _CONTACTS, measures.waiting,
    ),
    Figure(
        "speed_mean", Part.ANSWERING, Unit.SECONDS, N_("Speed to answer: mean"),
        N_("From the first sign of a person until a listener took the contact, in whole seconds; the mean over those who were answered."),
        _CONTACTS, lambda totals: measures.mean(totals.waits()),
    ),
    Figure(
        "speed_p50", Part.ANSWERING, Unit.SECONDS, N_("Speed to answer: half at most"),
        N_("Half of those who were answered had waited so long or less (P50)."),
        _CONTACTS, lambda totals: measures.quantile(totals.waits(), 0.5),
    ),
    Figure(
        "speed_p90", Part.ANSWERING, Unit.SECONDS, N_("Speed to answer: nine of ten at most"),
        N_("Nine of ten of those who were answered had waited so long or less (P90)."),
        _CONTACTS, lambda totals: measures.quantile(totals.waits(), 0.9),
    ),
    Figure(
        "speed_longest", Part.ANSWERING, Unit.SECONDS, N_("Speed to answer: longest"),
        N_("The longest wait of anybody who was answered."),
        _CONTACTS, lambda totals: max(totals.waits(), default=None),
    ),
    Figure(
        "first_words", Part.ANSWERING, Unit.SECONDS, N_("First words of a listener: mean"),
        N_("From the first sign of a person until a listener’s first message."),
        _CONTACTS, measures.first_words,
    ),
    Figure(
        "in_time", Part.ANSWERING, Unit.SHARE, N_("Answered within the promise"),
        N_("Answered within the time that was promised for their level when they arrived, of all whose time is up. Whoever left before that is not counted; whoever waits longer counts as late."),
        _CONTACTS, measures.share_of("in_time", "timed"),
    ),
    Figure(
        "talk_hours", Part.LISTENING, Unit.HOURS, N_("Hours of conversation"),
        N_("From the moment a listener took a contact until it ended, added up; two conversations at once count twice."),
        _CONTACTS, lambda totals: totals.counts()["talk_seconds"] / 3600,
    ),
    Figure(
        "duty_hours", Part.LISTENING, Unit.HOURS, N_("Hours on duty"),
        N_("Time on duty of everybody within this period. It cannot be told apart by channel, language or level."),
        ("duty_spans",), measures.duty_hours,
    ),
    Figure(
        "occupancy", Part.LISTENING, Unit.SHARE, N_("Occupancy"),
        N_("Hours of conversation for each hour on duty; two conversations at once count twice, so that it may be more than the whole."),
        ("contacts", "duty_spans"), measures.occupancy,
    ),
    Figure(
        "offers", Part.LISTENING, Unit.COUNT, N_("Times a listener was asked"),
        N_("Offers made to listeners about contacts of this period."),
        _OFFERS, measures.sum_of("offers"),
    ),
    Figure(
        "offers_accepted", Part.LISTENING, Unit.SHARE, N_("Said yes"),
        N_("Offers that were accepted, of all offers."),
        _OFFERS, measures.share_of("offer:accepted", "offers"),
    ),
    Figure(
        "offers_declined", Part.LISTENING, Unit.SHARE, N_("Said no"),
        N_("Offers that were declined, of all offers; the reasons stand in a table of their own."),
        _OFFERS, measures.share_of("offer:declined", "offers"),
    ),
    Figure(
        "offers_missed", Part.LISTENING, Unit.SHARE, N_("Gave no answer in time"),
        N_("Offers whose time to answer ran out, of all offers."),
        _OFFERS, measures.share_of("offer:missed", "offers"),
    ),
    Figure(
        "asked_directly", Part.SAFETY, Unit.SHARE, N_("Asked directly about suicide"),
        N_("Closed conversations at elevated or above in which the listener asked in plain words, whatever was answered, of all of these."),
        _CONTACTS, measures.asked,
    ),
    Figure(
        "dispatches", Part.SAFETY, Unit.COUNT, N_("Emergency services called"),
        N_("Calls to police, ambulance or fire service that were made for contacts of this period."),
        ("dispatches", "contacts"), measures.sum_of("dispatches"),
    ),
    Figure(
        "dispatches_confirmed", Part.SAFETY, Unit.SHARE, N_("Arrival of help confirmed"),
        N_("Of these calls, those after which help was seen to arrive. A call alone does not count."),
        ("dispatches", "contacts"), measures.share_of("dispatch:arrived", "dispatches"),
    ),
    Figure(
        "callbacks", Part.SAFETY, Unit.COUNT, N_("Wished to be called back"),
        N_("Contacts of this period that left a number to be called."),
        ("callbacks", "contacts"), measures.sum_of("callbacks"),
    ),
    Figure(
        "callbacks_done", Part.SAFETY, Unit.COUNT, N_("Call-backs done"),
        N_("Of these, those that are over: reached, no longer wanted, or tried as often as is promised."),
        ("callbacks", "contacts"), lambda totals: totals.counts()["callbacks"] - totals.counts()["callbacks_due"],
    ),
    Figure(
        "callbacks_due", Part.SAFETY, Unit.COUNT, N_("Call-backs due"),
        N_("Of these, those that are still to be made."),
        ("callbacks", "contacts"), measures.sum_of("callbacks_due"),
    ),
    Figure(
        "follow_ups", Part.SAFETY, Unit.COUNT, N_("Follow-ups arranged"),
        N_("Times at which contacts of this period agreed to be asked again how they are."),
        ("follow_ups", "contacts"), measures.sum_of("follow_ups"),
    ),
    Figure(
        "follow_ups_done", Part.SAFETY, Unit.COUNT, N_("Follow-ups done"),
        N_("Of these, those in which the person was reached."),
        ("follow_ups", "contacts"), measures.sum_of("follow_up:done"),
    ),
    Figure(
        "follow_ups_due", Part.SAFETY, Unit.COUNT, N_("Follow-ups due"),
        N_("Of these, those that are to be tried now."),
        ("follow_ups", "contacts"), lambda totals: totals.owed.follow_ups_due,
    ),
    Figure(
        "reviews_signed", Part.SAFETY, Unit.COUNT, N_("Reviews signed off"),
        N_("Reviews of contacts of this period that are rated and signed."),
        ("reviews", "contacts"), measures.sum_of("reviews_signed"),
    ),
    Figure(
        "reviews_owed", Part.SAFETY, Unit.COUNT, N_("Reviews owed"),
        N_("Reviews of contacts of this period that nobody has signed yet."),
        ("reviews", "contacts"), lambda totals: totals.owed.reviews,
    ),
    Figure(
        "reviews_overdue", Part.SAFETY, Unit.COUNT, N_("Reviews overdue"),
        N_("Of these, those that should have been signed by now."),
        ("reviews", "contacts"), lambda totals: totals.owed.reviews_overdue,
    ),
    Figure(
        "raised", Part.TRIAGE, Unit.COUNT, N_("Levels raised by a person"),
        N_("How often a person set a level above the one that stood."),
        _JUDGED, measures.sum_of("raised"),
    ),
    Figure(
        "lowered", Part.TRIAGE, Unit.COUNT, N_("Levels lowered by a person"),
        N_("How often a person set a level below the one that stood; from high or imminent that takes two people."),
        _JUDGED, measures.sum_of("lowered"),
    ),
    Figure(
        "raised_by_answer", Part.TRIAGE, Unit.COUNT, N_("Levels raised by an answer"),
        N_("How often an answer to a question of the screener raised the level."),
        _JUDGED, measures.sum_of("raised_by_answer"),
    ),
    Figure(
        "recall_risk", Part.TRIAGE, Unit.SHARE, N_("Machine found: any risk"),
        N_("Of contacts that people put at elevated or above, those that the machine put there too. Only contacts that both judged count; people had seen the machine’s level, so read it as an upper bound."),
        _JUDGED, measures.recall(Level.ELEVATED),
    ),
    Figure(
        "precision_risk", Part.TRIAGE, Unit.SHARE, N_("Machine right: any risk"),
        N_("Of contacts that the machine put at elevated or above, those that people put there too."),
        _JUDGED, measures.precision(Level.ELEVATED),
    ),
    Figure(
        "recall_urgent", Part.TRIAGE, Unit.SHARE, N_("Machine found: urgent"),
        N_("Of contacts that people put at high or imminent, those that the machine put there too."),
        _JUDGED, measures.recall(Level.HIGH),
    ),
    Figure(
        "precision_urgent", Part.TRIAGE, Unit.SHARE, N_("Machine right: urgent"),
        N_("Of contacts that the machine put at high or imminent, those that people put there too."),
        _JUDGED, measures.precision(Level.HIGH),
    ),
)
# fmt: on
"""All figures, in the order in which they are read."""

BY_ID = {figure.id: figure for figure in FIGURES}
