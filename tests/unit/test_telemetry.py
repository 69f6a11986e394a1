"""Logs and figures: ids and states, never a person's words."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hotline.domain.errors import CarrierError
from hotline.telemetry import configure_logging, get_logger, render_metrics


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def raised(error: Exception) -> Exception:
    with pytest.raises(type(error)):
        raise error
    return error


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    return line


def test_a_line_is_json_with_its_process_and_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "clock")
    get_logger("test").info("claimed", contact_id="c1")
    line = last_line(capsys)
    assert (line["event"], line["contact_id"], line["process"], line["level"]) == ("claimed", "c1", "clock", "info")


@pytest.mark.parametrize("key", ["text", "to_number", "alias", "password", "codename", "network_address"])
def test_a_person_does_not_get_into_a_line(capsys: pytest.CaptureFixture[str], key: str) -> None:
    configure_logging("INFO", "web")
    get_logger("test").info("something", **{key: "canary"})
    assert "canary" not in str(last_line(capsys))


def test_an_exception_leaves_its_places_but_not_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "web")
    get_logger("test").error("failed", exc_info=raised(CarrierError("canary", theirs=True, may_have_happened=False)))
    line = last_line(capsys)
    assert (line["error"], line["code"]) == ("CarrierError", "carrier")
    assert "raised" in str(line["passed"])
    assert "canary" not in str(line)


def test_exceptions_of_libraries_lose_their_words_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "web")
    logging.getLogger("library").error("library failed", exc_info=raised(ValueError("canary")))
    line = last_line(capsys)
    assert (line["event"], line["error"]) == ("library failed", "ValueError")
    assert "canary" not in str(line)


def test_figures_can_be_read() -> None:
    assert b"hotline_timer_lateness_seconds" in render_metrics({})
