"""Interface labels: nobody meets half a page in another language."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
LOCALES = ("zh_Hans", "zh_Hant")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every label that stands in the code and the templates."""
    template = tmp_path_factory.mktemp("labels") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-o", str(template)]
    subprocess.run([*command, "."], cwd=ROOT, check=True, capture_output=True)
    with template.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def _path(locale: str) -> Path:
    return ROOT / "hotline" / "web" / "translations" / locale / "LC_MESSAGES" / "messages.po"


def _catalogue(locale: str) -> Catalog:
    with _path(locale).open("rb") as file:
        return read_po(file, locale=locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_label_is_translated(locale: str, wanted: set[str]) -> None:
    assert wanted
    done = {str(message.id) for message in _catalogue(locale) if message.id and message.string}
    assert sorted(wanted - done) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_is_a_guess(locale: str) -> None:
    assert [message.id for message in _catalogue(locale) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_outlives_its_label(locale: str, wanted: set[str]) -> None:
    assert sorted({str(message.id) for message in _catalogue(locale) if message.id} - wanted) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_keeps_the_places_to_fill_in(locale: str) -> None:
    for message in _catalogue(locale):
        assert set(PLACEHOLDER.findall(str(message.string))) == set(PLACEHOLDER.findall(str(message.id)))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_breaks_when_it_is_filled_in(locale: str) -> None:
    catalogue = _catalogue(locale)
    assert [message.id for message in catalogue if message.id and list(message.check(catalogue))] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_label_has_one_translation(locale: str) -> None:
    labels = Counter(re.findall(r'^msgid "(.+)"$', _path(locale).read_text("utf-8"), re.MULTILINE))
    assert [label for label, number in labels.items() if number > 1] == []
