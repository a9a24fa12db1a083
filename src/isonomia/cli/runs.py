"""`isonomia runs`: what sweeps and runs are here, and how two sweeps differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from isonomia.lab.sweeps.finding import compare_sweeps, find_kept, is_sweep


@click.command("runs")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output (docs/results.md).")
def runs(folders: tuple[str, ...], as_json: bool) -> None:
    """List sweeps and runs, or compare two sweeps.

    Without a FOLDER, looks here and below. Two FOLDERs that hold a sweep each are compared cell by cell, on the seeds
    that both played.
    """
    if len(folders) == 2 and all(is_sweep(Path(folder)) for folder in folders):
        rows = compare_sweeps(Path(folders[0]), Path(folders[1]))
        if as_json:
            click.echo(json.dumps({"first": folders[0], "second": folders[1], "cells": rows}))
        else:
            _show_comparison(folders[0], folders[1], rows)
        return
    sweeps: list[dict[str, Any]] = []
    single: list[dict[str, Any]] = []
    for folder in map(Path, folders or (".",)):
        found = find_kept(folder)
        sweeps += found[0]
        single += found[1]
    unreadable = [found for found in (*sweeps, *single) if "unreadable" in found]
    sweeps = [found for found in sweeps if "unreadable" not in found]
    single = [found for found in single if "unreadable" not in found]
    if as_json:
        click.echo(json.dumps({"sweeps": sweeps, "runs": single, "unreadable": unreadable}))
    else:
        _show_list(sweeps, single, unreadable)


def _show_list(sweeps: list[dict[str, Any]], single: list[dict[str, Any]], unreadable: list[dict[str, Any]]) -> None:
    for sweep in sweeps:
        counts = ", ".join(f"{n} {status}" for status, n in sweep["cells"].items() if n)
        state = counts if sweep["finished"] else f"not at its end, {sweep['kept']} results kept"
        click.echo(f"{sweep['folder']}\n  {_where(sweep)} · up to {sweep['seeds']} seeds · {state}")
        click.echo(f"  charters  {', '.join(sweep['charters'])}\n  attacks   {', '.join(sweep['attacks'])}")
    for run in single:
        attack = run["attack"] or "no attack"
        state = "" if run["finished"] else " · not sealed"
        click.echo(f"{run['folder']}\n  {_where(run)} · {attack} against {run['charter']}{state}")
    for other in unreadable:
        click.echo(f"{other['folder']}\n  not readable: {other['unreadable']}")
    if not sweeps and not single and not unreadable:
        click.echo("no sweep and no recorded run here; isonomia break makes one")


def _where(found: dict[str, Any]) -> str:
    days = f"{found['days']} + {found['after']} days"
    return f"{found['world']} · {found['members']} members · {days} · seed {found['seed']}"


def _show_comparison(first: str, second: str, rows: list[dict[str, Any]]) -> None:
    click.echo(
        f"first   {first}\nsecond  {second}\nharm and difference (second - first, 95%): on shared seeds; "
        "verdicts: on all seeds of each\n"
    )
    if not rows:
        click.echo("they have no cell in common")
    for row in rows:
        ours, theirs = row["first"], row["second"]
        click.echo(f"{row['attack']} against {row['charter']}")
        sides = " → ".join(f"{_harm(side['harm'])} {side['status']}" for side in (ours, theirs))
        click.echo(f"  {sides} · difference {_apart(row)}")


def _harm(mean: float | None) -> str:
    return "–" if mean is None else f"{mean:.4f}"


def _apart(row: dict[str, Any]) -> str:
    if row["difference"] is None:
        return "unknown: no seed in common"
    if row["identical"]:
        return f"none: identical on {'one seed' if row['seeds'] == 1 else str(row['seeds']) + ' seeds'}"
    if row["difference_ci"] is None:
        return f"{row['difference']:+.4f} on one seed"
    low, high = row["difference_ci"]
    return f"{row['difference']:+.4f} [{low:+.4f}, {high:+.4f}] on {row['seeds']} seeds"
