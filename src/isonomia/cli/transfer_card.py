"""`isonomia transfer card`: the honest card of measured models, as one page and as JSON."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import click

from isonomia.cli.transfer_table import writing


@click.command("card")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), help="The JSON of an earlier card: what changed since.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page; its JSON goes beside it.")
@click.option("--json", "as_json", is_flag=True, help="The card as JSON on standard output.")
def card_command(sources: tuple[Path, ...], against: Path | None, out: Path | None, as_json: bool) -> None:
    """Tell what an adversary gets at which budget, what the honest pay, what was claimed, and what is not known.

    SOURCES: folders of `isonomia transfer run`, or tables of attempts (CSV, JSONL, Parquet).
    """
    from isonomia.report import transfer_words as words
    from isonomia.report.transfer import render_card
    from isonomia.transfer.card import card_of, changes, read_card, read_source

    beside = out.with_suffix(".json") if out else None
    if beside is not None and beside == out:
        raise click.UsageError(
            f"--out {out} is the page: name it {out.with_suffix('.html').name}, its JSON goes beside it"
        )
    if beside is not None and against and beside.resolve() == against.resolve():
        raise click.UsageError(f"--out {out} would write its JSON over {against}: give the new page another name")
    old = read_card(against) if against else None
    card = card_of([read_source(source) for source in sources], {"isonomia": version("isonomia")})
    if old is not None:
        card["changes"] = changes(card, old)
    text = json.dumps(card, ensure_ascii=False, indent=1) + "\n"
    if out and beside:
        page = render_card(card, version("isonomia"))
        for path, content in ((out, page), (beside, text)):
            with writing(path):
                path.write_text(content, "utf-8")
    if as_json:
        click.echo(text, nl=False)
        return
    click.echo(f"{words.title_of(words.read_card(card))}.")
    if old is not None:
        click.echo(f"{words.changed(card['changes'])}.")
    where = f"Page {out}\nJSON {beside}" if out else "--out card.html draws it; --json prints it"
    click.echo(f"\n{where}")
