"""Replaying: a witness that cannot see a loss is worse than none."""

import json
from pathlib import Path

import pytest

from hotline.lab.figures import percentile, spread, summarise
from hotline.lab.party import Seen
from hotline.lab.replay import Conversation, Result, _compare, read_conversations

TURNS = (("seeker", "a"), ("listener", "b"), ("seeker", "c"))


class Witness:
    """Stands where a party stands: what it saw, and what the server shows."""

    def __init__(self, saw: tuple[tuple[str, str], ...], whole: tuple[tuple[str, str], ...] = TURNS) -> None:
        messages = {number: {"author": who, "text": text} for number, (who, text) in enumerate(saw, start=1)}
        self.seen = Seen(messages)
        self._whole = list(whole)

    def read(self) -> None:
        pass

    def whole(self) -> list[tuple[str, str]]:
        return self._whole


def compared(seeker: Witness, partner: Witness) -> Result:
    result = Result(sent=len(TURNS))
    _compare(Conversation("x", None, TURNS), seeker, partner, result)  # type: ignore[arg-type]
    return result


def test_a_whole_conversation_is_whole() -> None:
    result = compared(Witness(TURNS), Witness(TURNS))
    assert (result.received, result.lost, result.duplicated, result.reordered) == (3, 0, 0, 0)


def test_what_the_listener_never_saw_is_lost() -> None:
    assert compared(Witness(TURNS), Witness(TURNS[:2])).lost == 1


def test_what_the_seeker_never_saw_is_lost() -> None:
    assert compared(Witness((TURNS[0], TURNS[2])), Witness(TURNS)).lost == 1


def test_what_the_server_forgot_is_lost_though_it_was_seen() -> None:
    assert compared(Witness(TURNS, whole=TURNS[:1]), Witness(TURNS)).lost == 2


def test_a_word_kept_twice_is_doubled() -> None:
    assert compared(Witness(TURNS), Witness((*TURNS, TURNS[2]))).duplicated == 1


def test_another_order_is_seen() -> None:
    assert compared(Witness(TURNS), Witness((TURNS[1], TURNS[0], TURNS[2]))).reordered == 1


def test_one_loss_spoils_the_summary() -> None:
    results = [Result(sent=3, received=3), Result(sent=3, received=2, lost=1)]
    summary = summarise(results, 1.0)
    assert {"contacts", "sent", "received", "lost", "duplicated", "errors"} <= summary.keys()
    assert (summary["sent"], summary["lost"], summary["ok"]) == (6, 1, False)
    assert summarise([results[0]], 1.0)["ok"]


def test_percentiles_are_values_that_happened() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3, 1, 2], 0.5) == 2
    assert spread([1.0, 2.0], factor=10) == {"p50": 10.0, "p95": 20.0, "p99": 20.0, "max": 20.0}


def test_a_file_of_conversations_is_read_from_its_first_seeker(tmp_path: Path) -> None:
    turns = [
        {"role": "listener", "text": "hi"},
        {"role": "seeker", "text": " a\r\nb "},
        {"role": "narrator", "text": "x"},
    ]
    lines = [{"id": 7, "turns": turns}, {"id": 8, "turns": turns[:1]}]
    file = tmp_path / "talks.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    assert list(read_conversations(file)) == [Conversation("7", None, (("seeker", "a\nb"),))]


@pytest.mark.parametrize("line", ["no json", "{}", '{"turns": 3}', '{"turns": [{"role": "seeker", "text": null}]}'])
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(f'{{"turns": []}}\n{line}\n')
    with pytest.raises(ValueError, match="line 2"):
        list(read_conversations(file))
