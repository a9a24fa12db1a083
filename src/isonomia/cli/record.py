"""`isonomia verify`, `replay`, `show` and `prove`: what a recorded run is worth, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from isonomia.basics.canonical import decode
from isonomia.basics.errors import IsonomiaError
from isonomia.cli.main import FINDING
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE
from isonomia.lab.recording import prove_ballot, tell_act
from isonomia.lab.replay import Replay
from isonomia.lab.replay import replay as replay_run
from isonomia.record.errors import ProofError
from isonomia.record.folder import open_run
from isonomia.record.prove import check_cell, check_entry, prove_entry
from isonomia.record.verify import check_folder

VOTES = {ABSTAIN: "no vote", LOWER: "lower", RAISE: "raise", HOLD: "hold"}
RUN = click.argument("run", type=click.Path())


@click.command()
@RUN
@click.option("--key", help="The verifier key it must be signed with.")
@click.option("--root", help="The root it must have; one run's, so not for a sweep.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(run: str, key: str | None, root: str | None, as_json: bool) -> None:
    """Check that a run folder is whole and unchanged, and say where it is not. Exit 1 if it is not.

    Of a folder that `break` made, check every recorded run, and that it is the one the result tells of.
    """
    if not Path(run).exists():
        raise IsonomiaError(f"{run}: there is no such folder")
    if (Path(run) / "result.json").is_file():
        if root is not None:
            raise IsonomiaError(
                f"{run} holds a whole sweep, and --root belongs to one run: name a folder in {Path(run) / 'runs'}"
            )
        _verify_sweep(Path(run), key, as_json)
        return
    found = check_folder(run, key, root)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "ok": found.ok,
                    "size": found.size,
                    "days": found.days,
                    "root": found.root,
                    "signer": found.signer,
                    "faults": list(found.faults),
                }
            )
        )
    elif found.ok:
        click.echo(f"ok  {found.size} entries, {found.days} days, signed by {found.signer}\n    root {found.root}")
        reader = open_run(run)
        what = {name: reader.spec.get(name) for name in ("world", "attack", "governor", "seed")}
        charter = reader.spec.get("charter")
        what["charter"] = charter.get("name") if isinstance(charter, dict) else None
        click.echo("    " + ", ".join(f"{name} {value}" for name, value in what.items() if value not in (None, "")))
        if not key and not root:
            click.echo(f"    --key '{reader.manifest.verifier.text}'")
            click.echo(
                "    The folder is whole and unchanged since it was signed. It does not say who signed:\n"
                "    pin the signer's key with --key, or compare the root with one you were given."
            )
    else:
        for fault in found.faults:
            click.echo(f"BAD {fault}")
    if not found.ok:
        raise SystemExit(FINDING)


def _verify_sweep(folder: Path, key: str | None, as_json: bool) -> None:
    """Every run that result.json names: whole, and with the root it names. The table's other pairs are not signed."""
    try:
        cells = json.loads((folder / "result.json").read_text(encoding="utf-8"))["cells"]
        runs = [(cell["run"], cell["root"]) for cell in cells if cell["run"]]
    except (ValueError, KeyError, TypeError) as error:
        raise IsonomiaError(f"{folder / 'result.json'} is no result of isonomia break") from error
    faults = {}
    for name, root in runs:
        found = check_folder(folder / name, key, root)
        faults[name] = list(found.faults)
    if as_json:
        click.echo(json.dumps({"ok": not any(faults.values()), "runs": faults}))
    else:
        for name, wrong in faults.items():
            click.echo(f"{'BAD' if wrong else 'ok '} {name}" + "".join(f"\n    {fault}" for fault in wrong))
        click.echo(
            f"{len(runs)} recorded runs, each against the root that result.json names; other pairs are not signed"
        )
    if any(faults.values()):
        raise SystemExit(FINDING)


@click.command()
@RUN
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def replay(run: str, as_json: bool) -> None:
    """Run a recorded run again from its acts and the world alone. Exit 1 if it comes out otherwise."""
    found = replay_run(run)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "same": found.same,
                    "root": found.root,
                    "recorded_root": found.recorded_root,
                    "submitted": found.submitted,
                    "owed": found.owed,
                    "noted": found.noted,
                    "notes": list(found.notes),
                    "differs": found.differs,
                }
            )
        )
    elif found.same:
        click.echo(
            f"same root {found.root}\n    {found.submitted} acts submitted again, {found.owed} owed by offices came of "
            f"themselves, {found.noted} that were no acts were noted again;\n    no governor and no attack was run"
        )
        for note in found.notes[:20]:
            click.echo(f"    only noted, the record's word for it: {note}")
    else:
        click.echo(f"NOT THE SAME: {_said_of_difference(found)}")
    if not found.same:
        raise SystemExit(FINDING)


def _said_of_difference(found: Replay) -> str:
    """Whether another record came of the acts, or the record was changed beside them."""
    if found.root == found.recorded_root:
        return (
            f"entry {found.differs} on disk is not what was signed\n"
            f"    the acts replay to the signed root {found.root}; isonomia verify says what was changed"
        )
    roots = f"\n    recorded {found.recorded_root}\n    replayed {found.root}"
    if found.differs is None:
        return "every entry comes out as it stands on disk, but these are not the entries that were signed" + roots
    return f"entry {found.differs} comes out otherwise{roots}"


@click.command()
@RUN
@click.option("--day", type=click.IntRange(0), help="Only this day, act by act.")
@click.option("--json", "as_json", is_flag=True, help="The entries as they are, a line each.")
def show(run: str, day: int | None, as_json: bool) -> None:
    """Show what is on record: a line a day, or one day act by act."""
    reader = open_run(run)
    acts: list[dict[str, Any]] = []
    shown = False
    for _, _, line in reader.entries():
        entry = decode(line)
        if day is not None and entry["day"] != day:
            continue
        shown = True
        if as_json:
            click.echo(line.decode())
        elif "close" in entry:
            _show_day(entry, acts, day is not None)
            acts = []
        elif "kind" in entry:
            acts.append(tell_act(entry))
    if not shown:
        raise IsonomiaError(f"{run} has no day {day}; it has days 0 to {reader.days - 1}")


def _show_day(close: dict[str, Any], acts: list[dict[str, Any]], whole: bool) -> None:
    refused = sum(bool(act["denied"]) for act in acts)
    facts = {k: v for k, v in close["close"].items() if k != "day"}
    if not whole:
        numbers = "  ".join(f"{k} {v:,}" for k, v in facts.items() if type(v) is int and "measured" in k)
        click.echo(f"day {close['day']:<4} {len(acts)} acts, {refused} refused   {numbers}")
        return
    click.echo(f"day {close['day']}")
    for act in acts:
        verdict = f"refused: {', '.join(act['denied'])}" if act["denied"] else "permitted"
        click.echo(f"  #{act['entry']:<6} {act['by']:<16} {act['kind']:<12} {act['what']}\n          {verdict}")
    for name, value in facts.items():
        click.echo(f"  {name:<28} {value:,}" if type(value) is int else f"  {name:<28} {value}")


@click.command()
@RUN
@click.option("--member", type=click.IntRange(0), help="A person's position: prove their ballot.")
@click.option("--entry", type=click.IntRange(0), help="An entry's number: prove that act and its verdict.")
@click.option("--day", type=click.IntRange(0), help="The day; the last on which they could vote if not given.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the proof here.")
@click.option("--json", "as_json", is_flag=True, help="The proof as JSON on standard output.")
def prove(run: str, member: int | None, entry: int | None, day: int | None, out: str | None, as_json: bool) -> None:
    """Prove that an act, or a member's ballot, is in the record: a file that anybody can check without the run."""
    if (member is None) == (entry is None):
        raise click.UsageError("say what to prove: --member POSITION for a ballot, or --entry NUMBER for an act")
    try:
        if entry is not None:
            by, proofs = "", [prove_entry(run, entry)]
        else:
            by, proofs = prove_ballot(run, int(member or 0), day)
    except ProofError as error:
        raise IsonomiaError(str(error)) from error
    text = json.dumps(proofs[0] if len(proofs) == 1 else {"proofs": proofs})
    if out:
        Path(out).write_text(text + "\n", encoding="utf-8")
    if as_json:
        click.echo(text)
        return
    click.echo(_said_of_entry(proofs[0]) if entry is not None else _said_of_ballot(int(member or 0), by, proofs))
    click.echo(f"proof written to {out}" if out else "keep the proof with --out FILE")


def _said_of_entry(proof: Mapping[str, Any]) -> str:
    entry = check_entry(proof)
    where = f"entry {proof['seq']} of {proof['size']}, under the signed root"
    if "denied" not in entry:
        return f"{where}: it opens or closes a day"
    act = tell_act(entry)
    verdict = f"refused by {', '.join(act['denied'])}" if act["denied"] else "permitted"
    return f"{where}: on day {entry['day']} {act['by']} {act['kind']} {act['what']}: {verdict}"


def _said_of_ballot(member: int, by: str, proofs: list[dict[str, Any]]) -> str:
    first = proofs[0]
    if first["name"] == "choice":
        said = f"says “{VOTES.get(int(first['value']), 'a mark that means nothing')}”"
    else:
        marks = [f"{proof['value']} to project {k}" for k, proof in enumerate(proofs) if proof["value"]]
        said = "gives " + (", ".join(marks) or "nothing to anybody")
    where = f"entry {first['seq']} of {first['size']}, by {by}, under the signed root"
    return f"member {member}'s ballot {said}; it stands in {where}"


@click.command()
@click.argument("proof", type=click.Path())
@click.option("--key", help="The verifier key the record must be signed with.")
def check(proof: str, key: str | None) -> None:
    """Check a proof that somebody gave you."""
    if not Path(proof).is_file():
        raise IsonomiaError(f"{proof}: there is no such file")
    try:
        found = json.loads(Path(proof).read_text(encoding="utf-8"))
        if isinstance(found, dict) and "name" not in found and "proofs" not in found:
            check_entry(found, key)
            click.echo(f"ok  {_said_of_entry(found)}")
            return
        cells = found["proofs"] if isinstance(found, dict) and "proofs" in found else [found]
        values = [check_cell(cell, key) for cell in cells]
    except (ProofError, TypeError) as error:
        click.echo(f"BAD {error}")
        raise SystemExit(FINDING) from error
    except ValueError as error:
        click.echo(f"BAD {proof} is no proof: it is not JSON")
        raise SystemExit(FINDING) from error
    for cell, value in zip(cells, values, strict=True):
        mark = VOTES.get(int(value), str(int(value))) if cell["name"] == "choice" else str(int(value))
        click.echo(f"ok  cell {cell['cell']} of {cell['name']!r} in entry {cell['seq']} of {cell['size']} says {mark}")
    click.echo("    Whether that cell is yours, only you know: compare the number with your own position.")
