"""The circles of people a door may be open to; a circle drawn twice would come to be two."""

from hotline.domain.contact import Role

ANYONE = "anyone"
SEEKER = "seeker"
STAFF = "staff"

LISTENERS = frozenset({Role.VOLUNTEER, Role.CLINICIAN, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
PRACTISING = frozenset({Role.VOLUNTEER, Role.CLINICIAN})
READERS = LISTENERS | {Role.AUDITOR}
QUALITY = OVERSEERS | {Role.CLINICIAN}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
DECIDING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
BOARD = OVERSEERS | {Role.ADMINISTRATOR}
WORDING = frozenset({Role.CLINICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR})
WORD_READERS = WORDING | {Role.AUDITOR}
FOLLOWING = frozenset({Role.CLINICIAN, Role.SUPERVISOR})
