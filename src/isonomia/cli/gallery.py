"""`isonomia gallery`: the pictures of a finished sweep, as PNG where a Chromium is on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.report.slides import SIZE, render_slides

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 60


@click.command("gallery")
@click.argument("folder", type=click.Path())
@click.option("--out", type=click.Path(file_okay=False), help="Where the pictures go; FOLDER/gallery if not given.")
@click.option(
    "--incidents", type=click.Path(dir_okay=False), help="A file of isonomia incident --json: a picture more."
)
@click.option("--browser", default="", help="A Chromium to draw with; the one on the path if not given.")
def gallery(folder: str, out: str | None, incidents: str | None, browser: str) -> None:
    """Draw the findings of a sweep (a folder of `isonomia break --out`) as pictures of 1600 × 900.

    Where the folder holds an incidents.json, or --incidents names one, there is a picture of history too.
    """
    source = Path(folder, "result.json")
    try:
        result = json.loads(source.read_text("utf-8"))
    except FileNotFoundError as error:
        raise IsonomiaError(f"{folder} holds no finished sweep; isonomia break --out {folder} makes one") from error
    except ValueError as error:
        raise IsonomiaError(f"{source} is not the result of a sweep: {error}") from error
    slides = render_slides(result, _history(Path(folder), incidents))
    target = Path(out) if out else Path(folder, "gallery")
    target.mkdir(parents=True, exist_ok=True)
    program = browser or next((found for name in NAMES if (found := shutil.which(name))), "")
    for number, (name, html) in enumerate(slides.items(), 1):
        page = target / f"{number}-{name}.html"
        page.write_text(html, "utf-8")
        if program:
            draw(program, page, page.with_suffix(".png"))
        click.echo(str(page.with_suffix(".png") if program else page))
    if not program:
        click.echo("No Chromium on this machine: the pages are there, the pictures are not. Name one with --browser.")


def _history(folder: Path, named: str | None) -> dict[str, Any] | None:
    """The incidents that go with a sweep; None where there are none. One that was named has to be there."""
    path = Path(named) if named else folder / "incidents.json"
    if not named and not path.is_file():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IsonomiaError(f"{path} holds no incidents; isonomia incident --all --json > {path} makes them") from error
    if not isinstance(found, dict):
        raise IsonomiaError(f"{path} holds no incidents; isonomia incident --all --json > {path} makes them")
    return found


def draw(program: str, page: Path, picture: Path) -> None:
    """One picture of one page. Raises IsonomiaError with what the browser said, when none comes of it."""
    picture.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        said = subprocess.run(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={SIZE[0]},{SIZE[1]}",
                f"--screenshot={picture.resolve()}",
                page.resolve().as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if not picture.is_file():
        last = said.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise IsonomiaError(f"{program} drew no picture of {page}: {last[0]}")
