"""Fetches a recording, seals it here and removes it there; a kill in between goes on where it was."""

from collections.abc import Mapping
from typing import Any

from hotline.carriers.paging import Carriers
from hotline.domain.errors import CarrierError
from hotline.domain.phone import RecordingState
from hotline.flow import recordings
from hotline.flow.helpline import Helpline
from hotline.jobs.effects import Effect, asked

MOST_ATTEMPTS = 20
"""Half an hour of a network's trouble is waited out."""


def _fetch(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    """Do what is left to do about a recording; ``None`` when nothing is."""
    found = recordings.due(helpline, str(payload["recording_id"]))
    if found is None or found.sid is None:
        return None
    network = carriers.recordings
    if network is None:
        raise CarrierError("no network that records is configured", theirs=False, may_have_happened=False)
    try:
        if found.state is RecordingState.PROMISED:
            most = helpline.calls.recordings.most_mebibytes * 1024 * 1024
            sound = network.fetch(found.sid, most)
            recordings.keep(helpline, found.id, sound.content, sound.kind)
        network.remove(found.sid)
    except Exception as error:
        raise asked(network.name, error) from error
    recordings.removed(helpline, found.id)
    return network.name


def _in_trouble(helpline: Helpline, payload: Mapping[str, Any], trouble: CarrierError, *, final: bool) -> None:
    del trouble
    if final:
        recordings.lost(helpline, str(payload["recording_id"]))


EFFECTS = {recordings.KIND: Effect(_fetch, _in_trouble, MOST_ATTEMPTS)}
