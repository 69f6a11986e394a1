"""Houses with telephones for the stories of this folder."""

import pytest
from support.fakes import FakeClock
from support.phones import PhoneHouse, phone_house

from hotline.flow.helpline import Helpline
from hotline.settings import Settings


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    """A helpline with telephones on SQLite."""
    return phone_house(helpline, settings, clock)


@pytest.fixture
def house_on_both(helpline_on_both: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    """The same, once on SQLite and once on PostgreSQL."""
    return phone_house(helpline_on_both, settings, clock)
