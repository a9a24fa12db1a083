"""`isonomia gallery`: the pictures of a finished sweep, as PNG where a Chromium is on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.report.slides import SIZE, render_slides

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 60


@click.command("gallery")
@click.argument("folder", type=click.Path())
@click.option("--out", type=click.Path(file_okay=False), help="Where the pictures go; FOLDER/gallery if not given.")
@click.option("--browser", default="", help="A Chromium to draw with; the one on the path if not given.")
def gallery(folder: str, out: str | None, browser: str) -> None:
    """Draw the findings of a sweep (a folder of `isonomia break --out`) as pictures of 1600 × 900."""
    source = Path(folder, "result.json")
    try:
        slides = render_slides(json.loads(source.read_text("utf-8")))
    except FileNotFoundError as error:
        raise IsonomiaError(f"{folder} holds no finished sweep; isonomia break --out {folder} makes one") from error
    except ValueError as error:
        raise IsonomiaError(f"{source} is not the result of a sweep: {error}") from error
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
