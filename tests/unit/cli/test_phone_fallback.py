"""The fallback document: sound markup that needs no server of ours, and sends to the numbers that help."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from hotline.cli import main
from hotline.lab.telephone.twiml_check import problems


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A prepared data folder."""
    assert ask("migrate", "--data-dir", str(tmp_path)).exit_code == 0
    return tmp_path


def ask(*words: str) -> Result:
    return CliRunner(env={"DATABASE_URL": "", "REDIS_URL": "", "HOTLINE_DATA_DIR": ""}).invoke(main, list(words))


def written(kept: Path, *words: str) -> ET.Element:
    file = kept / "fallback.xml"
    told = ask("phone-fallback", str(file), "--data-dir", str(kept), *words)
    assert told.exit_code == 0, told.output
    text = file.read_text("utf-8")
    assert problems(text) == []
    assert "help.example" not in text
    assert "127.0.0.1" not in text
    return ET.fromstring(text)  # noqa: S314 - our own document


def test_it_greets_in_three_languages_and_says_every_regions_numbers_twice(kept: Path) -> None:
    root = written(kept)
    said = [one.text or "" for one in root.iter("Say")]
    for greeting in ("You have reached the helpline", "这里是求助热线", "這裡是求助熱線"):
        assert sum(greeting in one for one in said) == 2
    for number in ("9 9 9", "1 1 0", "1 1 9"):
        assert any(number in one for one in said)
    assert {one.get("language") for one in root.iter("Say")} == {"en-GB", "cmn-CN", "yue-CN"}
    assert root.find("Dial") is None
    assert root[-1].tag == "Hangup"


def test_it_rings_a_second_number_after_the_emergency_numbers_and_goes_on_where_nobody_answers(kept: Path) -> None:
    root = written(kept, "--forward", "+852 2389 2222", "--region", "hk")
    tags = [one.tag for one in root]
    assert root.findtext("Dial/Number") == "+85223892222"
    assert "Say" in tags[: tags.index("Dial")]
    assert "Say" in tags[tags.index("Dial") :]
    assert not any("1 1 0" in (one.text or "") for one in root.iter("Say"))


@pytest.mark.parametrize("words", [("--forward", "nobody"), ("--region", "moon")])
def test_a_wrong_number_or_region_writes_nothing(kept: Path, words: tuple[str, str]) -> None:
    told = ask("phone-fallback", str(kept / "f.xml"), "--data-dir", str(kept), *words)
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert not (kept / "f.xml").exists()
