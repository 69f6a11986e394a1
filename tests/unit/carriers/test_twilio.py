"""Twilio: its errors become ours, with the two facts that decide about repeating."""

from dataclasses import dataclass
from typing import Any

import pytest
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout, ReadTimeout
from twilio.base.exceptions import TwilioRestException

from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.carriers.twilio import TwilioCarrier
from hotline.domain.errors import CarrierError


@dataclass
class Order:
    to_number: str | None = "+15005550006"
    person_id: str = "p1"
    text: str = "An urgent contact waits."


class Api:
    """Stands where Twilio's client stands; raises ``trouble`` when there is one."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.messages = self
        self.asked: list[dict[str, Any]] = []
        self.sid = "SM1"

    def create(self, **asked: Any) -> "Api":
        self.asked.append(asked)
        if self.trouble is not None:
            raise self.trouble
        return self


def carrier(api: Api) -> TwilioCarrier:
    return TwilioCarrier(api, from_number="+15005550001")  # type: ignore[arg-type]


def test_a_page_leaves_with_our_number_and_comes_back_with_a_reference() -> None:
    api = Api()
    receipt = carrier(api).page(Order())
    assert (receipt.carrier, receipt.reference) == ("twilio", "SM1")
    assert api.asked == [{"to": "+15005550006", "from_": "+15005550001", "body": "An urgent contact waits."}]


@pytest.mark.parametrize(
    ("trouble", "theirs", "may_have_happened"),
    [
        (TwilioRestException(400, "/m", "canary", code=21211), False, False),
        (TwilioRestException(401, "/m", "canary", code=20003), False, False),
        (TwilioRestException(429, "/m", "canary", code=20429), True, False),
        (TwilioRestException(503, "/m", "canary"), True, True),
        (ConnectTimeout("canary"), True, False),
        (ReadTimeout("canary"), True, True),
        (NotConnected("canary"), True, True),
    ],
)
def test_trouble_says_whose_it_was_and_whether_it_may_have_happened(
    trouble: Exception,
    theirs: bool,  # noqa: FBT001 - a table row
    may_have_happened: bool,  # noqa: FBT001 - a table row
) -> None:
    with pytest.raises(CarrierError) as told:
        carrier(Api(trouble)).page(Order())
    assert (told.value.theirs, told.value.may_have_happened) == (theirs, may_have_happened)
    assert "canary" not in str(told.value)


def test_nobody_is_dialled_without_a_number() -> None:
    with pytest.raises(CarrierError):
        carrier(Api()).page(Order(to_number=None))


def test_who_left_no_number_is_paged_on_the_board() -> None:
    telephone = carrier(Api())
    carriers = Carriers(silent=SilentCarrier(), telephone=telephone)
    assert carriers.for_order(Order()) is telephone
    assert carriers.for_order(Order(to_number=None)).page(Order()).carrier == "silent"
    assert Carriers(silent=SilentCarrier()).for_order(Order()).name == "silent"
