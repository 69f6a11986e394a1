"""Writes what callers hear when none of our servers answers; made on that day, it would come too late."""

from pathlib import Path

import click

from hotline.cli import DATA_DIR


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@DATA_DIR
@click.option("--forward", metavar="+NUMBER", help="A second number that is rung, with its country code.")
@click.option("--region", "regions", multiple=True, help="Whose emergency numbers are said; may be repeated.")
def phone_fallback(file: Path, *, data_dir: Path | None, forward: str | None, regions: tuple[str, ...]) -> None:
    """Write the fallback document FILE, to be uploaded at Twilio before it is needed (docs/telephone.md).

    Without --region it says the emergency numbers of the regions of the listed numbers, or of all where none is listed.
    """
    from hotline.contacts.policy import own_number
    from hotline.domain.contact import Language, Region
    from hotline.domain.errors import ConfigurationError, InvalidInput
    from hotline.intake.fallback import document
    from hotline.lab.telephone.twiml_check import problems
    from hotline.settings import Settings
    from hotline.wiring import opened_helpline

    try:
        second = None if forward is None else own_number(forward)
        named = [Region(one) for one in regions]
    except (InvalidInput, ValueError) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    with opened_helpline(Settings.load(data_dir=data_dir)) as helpline:
        helpline.look()
        lines = [line for line in helpline.lines.now.lines if line.channel == "voice"]
        wanted = named or list(dict.fromkeys(line.region for line in lines)) or list(Region)
        languages = list(dict.fromkeys([*(line.language for line in lines), *Language]))
        text = document(
            helpline.words.now,
            helpline.emergency,
            helpline.calls.voices,
            regions=wanted,
            languages=languages,
            forward=second,
        )
    wrong = problems(text)
    if wrong:
        raise ConfigurationError("the provider would stumble over it: " + "; ".join(wrong))
    file.write_text(text, encoding="utf-8")
    click.echo(f"{file}: {len(text)} characters; regions {', '.join(wanted)}; check every number by calling it")
