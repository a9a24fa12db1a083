"""`isonomia bench`: the kernel's speed beside bare NumPy, measured in one run."""

from __future__ import annotations

import json

import click

from isonomia.cli.progress import progress
from isonomia.lab.benchmark import REPEATS, SIZES, bench_row


@click.command()
@click.option(
    "--members", "sizes", multiple=True, type=click.IntRange(10, 5_000_000), help="Only this size; repeatable."
)
@click.option("--repeats", type=click.IntRange(3), default=REPEATS, show_default=True, help="Counted alternations.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def bench(sizes: tuple[int, ...], repeats: int, as_json: bool) -> None:
    """Time the bench model through the whole kernel, and by hand in NumPy, in turn."""
    with progress(as_json) as tick:
        rows = [bench_row(members, repeats, tick) for members in sizes or SIZES]
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "rows": rows}))
        return
    click.echo(f"{'members':>10} {'× NumPy':>8} {'µs/day':>10} {'gate µs':>8} {'MB above':>9}  record")
    for row in rows:
        click.echo(
            f"{row['members']:>10,} {row['numpy_ratio']:>8.2f} {row['us_per_day']:>10,.1f} {row['gate_us_p50']:>8.2f} "
            f"{row['peak_mb']:>9.1f}  {'verifies' if row['verified'] else 'DOES NOT VERIFY'}"
            + (f"   Mesa {row['mesa_numpy_ratio']:.3f} × NumPy" if row["mesa_numpy_ratio"] else "")
        )
