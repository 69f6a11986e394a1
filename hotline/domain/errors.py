"""One tree of errors, so that every edge translates the same trouble the same way.

::

    HotlineError                 500  job: fail, visible
    ├── Refused                  4xx  job: drop; the caller must change something
    │   ├── InvalidInput         400
    │   ├── NotAuthenticated     401
    │   ├── NotAllowed           403
    │   ├── NotFound             404  also for what exists but is not yours
    │   ├── Conflict             409  somebody else was first, or the state has moved on
    │   │   ├── AlreadyClaimed   409  names who has it
    │   │   ├── IllegalStep      409  lifecycle forbids the step
    │   │   └── Erased           409  the words are no longer kept
    │   └── TooMany              429
    ├── Unavailable              503  job: repeat later
    ├── CarrierError             502  job: see ``theirs`` and ``may_have_happened``
    ├── ConfigurationError       refuses to start
    ├── ModelRefused             model is not loaded; every level becomes at least elevated
    └── SealBroken               sealed bytes do not open: tampered, moved or key destroyed
"""


class HotlineError(Exception):
    """Root of all errors of this project. ``code`` is a stable word for machines and catalogues."""

    status = 500
    code = "internal"


class Refused(HotlineError):
    """The caller asked for something that cannot be given as asked."""

    status = 400
    code = "refused"


class InvalidInput(Refused):
    """A value is missing, too long or malformed; ``field`` names it."""

    status = 400
    code = "invalid_input"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotAuthenticated(Refused):
    """Nobody is signed in, or the session has been ended."""

    status = 401
    code = "not_authenticated"


class NotAllowed(Refused):
    """Signed in, but the role does not permit this."""

    status = 403
    code = "not_allowed"


class NotFound(Refused):
    """It does not exist, or it is not yours: both look the same."""

    status = 404
    code = "not_found"


class Conflict(Refused):
    """The state has moved on since the caller looked."""

    status = 409
    code = "conflict"


class AlreadyClaimed(Conflict):
    """Another listener was first; ``by`` is their alias, or empty when nobody has it any more."""

    code = "already_claimed"

    def __init__(self, message: str, *, by: str = "") -> None:
        super().__init__(message)
        self.by = by


class IllegalStep(Conflict):
    """The lifecycle does not allow this step from the present state."""

    code = "illegal_step"


class Erased(Conflict):
    """The contact was erased: its words are no longer kept, so nothing can be read or written there."""

    code = "erased"


class AtCapacity(Conflict):
    """The listener already holds as many contacts as the policy permits."""

    code = "at_capacity"


class OffDuty(Conflict):
    """The listener is not on duty, so nothing may be given to them."""

    code = "off_duty"


class NoTelephone(Conflict):
    """A call needs somebody who takes calls on a telephone of their own and left its number."""

    code = "no_telephone"


class OnlyByVoice(Conflict):
    """Written words do not reach this person: only a voice does."""

    code = "only_by_voice"


class SecondPersonNeeded(Conflict):
    """Lowering an urgent level takes a listener and a supervisor; the request was recorded and waits."""

    code = "second_person_needed"


class TooMany(Refused):
    """Too many attempts; ``retry_after_seconds`` says when to try again."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(HotlineError):
    """The database or another part we own cannot answer now; trying again is right."""

    status = 503
    code = "unavailable"


class CarrierError(HotlineError):
    """A carrier did not do what was asked.

    ``theirs`` tells whose fault it is; ``may_have_happened`` whether the effect might have happened all the same;
    ``reason`` is the carrier's own number for it, empty when it gave none.
    """

    status = 502
    code = "carrier"

    def __init__(self, message: str, *, theirs: bool, may_have_happened: bool, reason: str = "") -> None:
        super().__init__(message)
        self.theirs = theirs
        self.may_have_happened = may_have_happened
        self.reason = reason


class ConfigurationError(HotlineError):
    """A setting, a secret or a file of ``config/`` is missing or wrong; the program refuses to start."""

    code = "configuration"


class ModelRefused(HotlineError):
    """The model's files are missing, altered, of an unknown type or below their floor; it is not loaded."""

    code = "model_refused"


class SealBroken(HotlineError):
    """Sealed bytes do not open: altered, moved to another row, or the key was destroyed."""

    code = "seal_broken"
