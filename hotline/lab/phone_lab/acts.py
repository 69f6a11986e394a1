"""What one can do on the page: each act is named, checked, and done in the double's world."""

import re
from typing import TYPE_CHECKING, Any

from hotline.lab.telephone.faults import MODES, WebhookFaults
from hotline.lab.telephone.people import PLANS, Handset
from hotline.lab.telephone.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_WORDS = 1600
MOST_WEBHOOK_DELAY_SECONDS = 5.0
_CALLER = re.compile(r"anonymous|\+\d{6,15}")
_KEYS = re.compile(r"[0-9*#]{1,20}")
_TELEPHONE = re.compile(r"\+[1-9]\d{6,14}|client:[\w.@+-]{1,100}")

Given = dict[str, Any]


class NotPossible(Exception):
    """The act makes no sense now; the sentence is shown on the page."""


class Acts:
    """The page's hands."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.webhooks = dict.fromkeys(("doubled", "delayed", "dropped", "reversed"), False)
        self._known: dict[str, Callable[[Given], None]] = {
            "dial": self._dial,
            "press": lambda given: self._leg(given).press(_checked(given, "keys", _KEYS)),
            "say": lambda given: self._leg(given).say(_words(given, "text")),
            "hang_up": lambda given: self._leg(given).hang_up(),
            "answer": lambda given: self._ringing(given).pick_up(str(given.get("press", ""))[:5]),
            "decline": lambda given: self._ringing(given).decline(),
            "plan": self._plan,
            "text": self._text,
            "provider": self._provider,
            "webhooks": self._webhooks,
        }

    def do(self, act: str, given: Given) -> None:
        """Do it; raises :class:`NotPossible` with a sentence."""
        if act not in self._known:
            raise NotPossible("There is no such act.")
        try:
            self._known[act](given)
        except LookupError as error:
            raise NotPossible(str(error).strip("'\"")) from error

    def _dial(self, given: Given) -> None:
        self._world.dial(_checked(given, "from", _CALLER), str(given.get("to", "")))

    def _leg(self, given: Given) -> Handset:
        sid = str(given.get("sid", ""))
        if sid not in self._world.office.calls:
            raise NotPossible("This call is not known any more.")
        return self._world.handset(sid)

    def _ringing(self, given: Given) -> Handset:
        leg = self._leg(given)
        if leg.status != "ringing":
            raise NotPossible("It does not ring any more.")
        return leg

    def _plan(self, given: Given) -> None:
        kind = str(given.get("kind", ""))
        if kind not in PLANS:
            raise NotPossible("A telephone cannot behave like that.")
        press = "1" if kind == "answer" else ""
        after = 2.0 if kind == "answer" else None
        self._world.phone(_checked(given, "number", _TELEPHONE)).will(kind, after=after, press=press)

    def _text(self, given: Given) -> None:
        channel = "whatsapp:" if given.get("whatsapp") else ""
        sender, to = _checked(given, "from", _TELEPHONE), str(given.get("to", ""))
        self._world.text(f"{channel}{sender}", f"{channel}{to}", _words(given, "text"), profile="Lab")

    def _provider(self, given: Given) -> None:
        mode = str(given.get("mode", ""))
        if mode not in MODES:
            raise NotPossible("The provider cannot fail like that.")
        self._world.provider.will(mode)

    def _webhooks(self, given: Given) -> None:
        self.webhooks = {name: given.get(name) is True for name in self.webhooks}
        share = {name: float(on) for name, on in self.webhooks.items()}
        self._world.faults(
            WebhookFaults(
                doubled=share["doubled"],
                delayed=share["delayed"],
                dropped=share["dropped"],
                most_delay_seconds=MOST_WEBHOOK_DELAY_SECONDS,
                reversed_order=self.webhooks["reversed"],
            )
        )


def _checked(given: Given, name: str, form: re.Pattern[str]) -> str:
    value = str(given.get(name, "")).replace(" ", "")
    if not form.fullmatch(value):
        raise NotPossible(f"{value or 'Nothing'} is no {'number' if name != 'keys' else 'row of keys'}.")
    return value


def _words(given: Given, name: str) -> str:
    value = str(given.get(name, "")).strip()
    if not value or len(value) > LONGEST_WORDS:
        raise NotPossible(f"Write between 1 and {LONGEST_WORDS} characters.")
    return value
