"""What several files of these tests begin from."""

import pytest
from support.fakes import FakeClock
from support.texts import SmallTwilio


@pytest.fixture
def twilio(clock: FakeClock) -> SmallTwilio:
    """A small Twilio that keeps what it was given."""
    return SmallTwilio(clock)
