"""The bench measures the real flow; with a flow of its own it would measure nothing."""

import json
from pathlib import Path

from click.testing import CliRunner

from hotline.cli.bench import _free_port, bench
from hotline.flow.helpline import Helpline
from hotline.lab.bench_calls import measure as measure_calls
from hotline.lab.bench_claims import Scratch, measure
from hotline.lab.bench_reports import measure as measure_reports


def test_every_contact_is_claimed_once_by_the_flow_and_by_raw_sql(helpline: Helpline, tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, None)
    figures = measure(helpline, scratch, contacts=12, claimers=4)
    assert figures["flow_claims_per_second"] > 0
    assert figures["raw_to_flow_ratio"] > 0
    ask = "SELECT count(*), count(DISTINCT id) FROM contacts WHERE state = 'in_conversation'"
    for name in ("raw", "flow"):
        database = scratch.make(f"{name} again", name)
        with database.read() as conn:
            assert conn.exec_driver_sql(ask).one() == (12, 12)
        database.engine.dispose()


def test_figures_come_as_one_object_for_programs() -> None:
    told = CliRunner().invoke(bench, ["--only", "triage", "--messages", "16", "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["triage"]["messages"] == 16


def test_the_reports_bench_counts_every_day_and_tells_a_ratio(helpline: Helpline, tmp_path: Path) -> None:
    figures = measure_reports(helpline, Scratch(tmp_path, None), number=1200)
    assert figures["days"] >= 365
    assert figures["year_seconds"] > 0
    assert figures["ratio_to_plain_count"] > 0


def test_the_calls_bench_has_everybody_on_the_line_and_times_what_they_hear(tmp_path: Path) -> None:
    figures = measure_calls(tmp_path / "house", _free_port(), _free_port(), callers=3, seconds=20)
    assert figures["on_the_line"] == 3
    assert figures["answers"] >= 3
    assert figures["refused"] == 0
    assert figures["answer_ms"]["p99"] > 0
    assert figures["live_ms"]["p99"] > 0
