"""What an operator can ask of the triage; without it nobody could see why a text stands where it stands."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from hotline.cli import DATA_DIR
from hotline.domain.errors import ConfigurationError, ModelRefused
from hotline.domain.ports import Assessor
from hotline.domain.risk import Judgement

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
_REVIEWED = click.option("--reviewed", type=_FILE, multiple=True, help="Rows that `hotline triage export` wrote.")


@click.group()
@click.option("--models-dir", type=_FOLDER, default=_ROOT / "models", help="Folder of the trained model.")
@click.option("--config-dir", type=_FOLDER, default=_ROOT / "config", help="Folder of lexicon and risk policy.")
@click.pass_context
def triage(context: click.Context, models_dir: Path, config_dir: Path) -> None:
    """Score texts, explain a score, train and evaluate the model."""
    context.obj = {"models_dir": models_dir, "config_dir": config_dir}


def _assessor(context: click.Context) -> Assessor:
    from hotline.triage.scorer.both import load_both

    try:
        both, broken = load_both(context.obj["models_dir"], context.obj["config_dir"])
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    for reason in broken:
        click.echo(reason, err=True)
    return both


@triage.command()
@click.argument("source", metavar="[FILE|-]", type=click.File("r", encoding="utf-8"), default="-")
@click.pass_context
def score(context: click.Context, source: TextIO) -> None:
    """Read JSON lines with a "text" each, write the same lines with level, scores and evidence."""
    assessor = _assessor(context)
    bad = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            given = _given(line)
        except ValueError as error:
            click.echo(f"line {number}: {error}", err=True)
            bad += 1
            continue
        click.echo(json.dumps({**given, **_plain(assessor.judge([given["text"]]))}, ensure_ascii=False))
    if bad:
        sys.exit(2)


def _given(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except ValueError as error:
        raise ValueError("not JSON") from error
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError('no "text" that is a string')  # noqa: TRY004  one kind of error for one bad line
    return given


def _plain(judgement: Judgement) -> dict[str, Any]:
    return {
        "level": judgement.level.value,
        "urgent": judgement.level.urgent,
        "risk": judgement.risk,
        "urgency": judgement.urgency,
        "heads": judgement.heads,
        "evidence": [{"start": each.start, "end": each.end, "source": each.source} for each in judgement.evidence],
        "model": judgement.model,
        "policy": judgement.policy,
        **({"failure": judgement.failure} if judgement.failure else {}),
    }


@triage.command()
@click.argument("text")
@click.option("--language", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="en", show_default=True)
@click.pass_context
def explain(context: click.Context, text: str, language: str) -> None:
    """Say in words why TEXT gets its level."""
    assessor = _assessor(context)
    judgement = assessor.judge([text])
    for line in _explained(judgement, text):
        click.echo(line)
    for each in judgement.evidence:
        click.echo(f"  “{text[each.start : each.end]}”  {assessor.label(each.source, language)}  [{each.source}]")


def _explained(judgement: Judgement, text: str) -> Iterator[str]:
    yield f"{judgement.level.value}{' (urgent)' if judgement.level.urgent else ''} · {len(text)} characters"
    yield f"model {judgement.model}, policy {judgement.policy}"
    if judgement.failure:
        yield f"the model did not answer: {judgement.failure}"
    for name, value in sorted(judgement.heads.items(), key=lambda item: -item[1]):
        yield f"  {name:<20} {value:.3f}"


@triage.command()
@click.option("--data", "data_dir", type=_FOLDER, required=True, help="Folder of the training sets.")
@click.option("--extra", type=_FILE, multiple=True, help='More rows: JSON lines with "text", "level" and "head".')
@_REVIEWED
@click.option("--into", type=_FOLDER, help="Folder for the new model's files; the models folder when left out.")
@click.pass_context
def train(
    context: click.Context, data_dir: Path, extra: tuple[Path, ...], reviewed: tuple[Path, ...], into: Path | None
) -> None:
    """Train the model again and write its files and manifest."""
    models_dir, config_dir = context.obj["models_dir"], context.obj["config_dir"]
    with _told():
        _script(context, "train").main(data_dir, models_dir, config_dir, extra, into or models_dir, reviewed)


@triage.command()
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
@click.option(
    "--on", "paths", type=_FILE, multiple=True, help="Labelled JSON lines; the own held-out rows if left out."
)
@_REVIEWED
@click.pass_context
def compare(context: click.Context, old: Path, new: Path, paths: tuple[Path, ...], reviewed: tuple[Path, ...]) -> None:
    """Compare the models in two folders on the same labelled rows, with paired intervals."""
    models_dir = context.obj["models_dir"]
    on = paths if paths or reviewed else tuple(sorted((models_dir / "corpus").glob("heldout*.jsonl")))
    with _told():
        _script(context, "compare").main(old, new, context.obj["config_dir"], on, reviewed, models_dir)


@triage.command()
@click.option("--data", "data_dir", type=_FOLDER, required=True, help="Folder of the evaluation sets.")
@_REVIEWED
@click.pass_context
def evaluate(context: click.Context, data_dir: Path, reviewed: tuple[Path, ...]) -> None:
    """Cross-validate and print the table of the model card."""
    with _told():
        _script(context, "evaluate").main(data_dir, context.obj["models_dir"], context.obj["config_dir"], reviewed)


@triage.command()
@click.option("--data", "data_dir", type=_FOLDER, required=True, help="Folder of the training sets.")
@click.pass_context
def thresholds(context: click.Context, data_dir: Path) -> None:
    """Propose thresholds for risk_policy.toml: the most recall at the stated load of alarms."""
    _script(context, "thresholds").main(data_dir, context.obj["models_dir"], context.obj["config_dir"])


@triage.command()
@click.argument("set_id")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="New file for the rows.")
@DATA_DIR
def export(set_id: str, out: Path, data_dir: Path | None) -> None:
    """Write an approved training set as JSON lines, once; who may be in it is asked again at this moment.

    The file is readable for its owner only. Destroy it once a model has learnt from it.
    """
    from hotline.contacts.masking import Masker
    from hotline.domain.errors import HotlineError
    from hotline.flow import training_sets
    from hotline.settings import Settings
    from hotline.wiring import opened_helpline

    settings = Settings.load(data_dir=data_dir)
    masker = Masker.from_lists(settings.policy_values("masking"))
    try:
        with _new_file(out) as file, opened_helpline(settings) as helpline:
            made = training_sets.export(helpline, set_id, masker)
            file.write(made.lines)
    except FileExistsError:
        raise click.ClickException(f"{out} exists already; name a new file.") from None
    except HotlineError as error:
        out.unlink(missing_ok=True)
        raise click.ClickException(f"Nothing was exported: {error}") from error
    click.echo(f"{out}: {made.held['contacts']} contacts, SHA-256 {made.sha256}", err=True)


def _new_file(path: Path) -> TextIO:
    """A file that was not there before, readable for its owner only."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


@triage.command()
@click.pass_context
def card(context: click.Context) -> None:
    """Print the model card."""
    path = context.obj["models_dir"] / "CARD.md"
    if not path.is_file():
        raise click.ClickException("There is no model card; train the model first.")
    click.echo(path.read_text("utf-8"))


@contextmanager
def _told() -> Iterator[None]:
    """Rows, sets or models that are missing or cannot be used are said in a sentence."""
    try:
        yield
    except (ModelRefused, ConfigurationError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _script(context: click.Context, name: str) -> Any:
    """A script that lives beside the model, because it needs scikit-learn and the service must not."""
    import importlib.util

    folder = context.obj["models_dir"]
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location(f"hotline_models_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None or not (folder / f"{name}.py").is_file():
        raise click.ClickException(f"{name}.py is not in the models folder.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
