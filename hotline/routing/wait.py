"""How long a person will wait, said honestly; an unknown wait makes people leave, a false one breaks trust."""


def expected_wait_seconds(*, position: int, seats: int, free_seats: int, usual_conversation_seconds: int) -> int | None:
    """An upper bound of the wait at ``position`` (1 is next), in seconds; ``None`` when nobody is on duty.

    With a free seat for everybody up to this position it is one minute: a human still has to read and accept. Otherwise
    every seat is assumed to end one conversation per usual length, evenly spread, and the bound is doubled, because
    half of all conversations are longer than usual.
    """
    if seats <= 0:
        return None
    if position <= free_seats:
        return 60
    rounds = (position - free_seats) / seats
    bound = 2 * rounds * usual_conversation_seconds
    return max(60, int(-(-bound // 60) * 60))
