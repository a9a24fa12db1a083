"""The README's code runs: its ```python blocks, and the `$ isonomia` lines of its ```console blocks.

All of it runs in one empty folder, in the order of the page, so that a line may use what an earlier one wrote. A block
headed ```console no-run is only shown. `break` gets few seeds and days and no search here: what is tested is that the
line works, not what it finds. Where the page shows `$ echo $?`, the number below it is the exit code expected; else
it is 0.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(console|python)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SMALL = {"--members": "40", "--days": "6", "--seeds": "2", "--search": "0"}


def small(line: str) -> str:
    """A `break` line with few seeds and days, unless it names its own; the members of a budget are its voters."""
    if not line.startswith("isonomia break") or "--help" in line:
        return line
    words = line.split()
    left_out = {"--members"} if "--ballots" in words or "budget" in words else set()
    wanted = [f"{name} {value}" for name, value in SMALL.items() if name not in {*words, *left_out}]
    return line.replace("isonomia break", " ".join(["isonomia break", *wanted]), 1)


def steps(page: str) -> list[tuple[str, str, int]]:
    """(language, code, expected exit code) of everything on a page that is to be run, in order."""
    found = []
    for language, mark, text in BLOCK.findall(page):
        if "no-run" in mark:
            continue
        if language == "python":
            found.append(("python", text, 0))
            continue
        prompts = [part.split("\n") for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]]
        for i, (line, *_) in enumerate(prompts):
            after = prompts[i + 1] if i + 1 < len(prompts) else [""]
            code = int(after[1]) if after[0].strip() == "echo $?" else 0
            if line.startswith("isonomia"):
                found.append(("console", line, code))
    return found


def run(language: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    where = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-W", "error", "-c", code] if language == "python" else ["sh", "-c", small(code)]
    environment = os.environ | {"PATH": where, "COLUMNS": "120"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def faults(page: str, folder: Path) -> list[str]:
    """What on a page does not do what it says; later steps are tried all the same."""
    wrong = []
    for language, code, expected in steps(page):
        done = run(language, code, folder)
        if done.returncode != expected:
            wrong.append(f"{code.strip()}\n    exit {done.returncode}, not {expected}: {done.stderr[-800:]}")
    return wrong


def test_readme_code_runs(tmp_path: Path) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert any(language == "console" for language, _, _ in steps(page)), (
        "README.md shows no `$ isonomia` line that runs"
    )
    assert not (wrong := faults(page, tmp_path)), "\n".join(wrong)


@pytest.mark.parametrize(
    "page",
    [
        "```python\nraise SystemExit(3)\n```\n",
        "```python\nimport isonomia.nowhere\n```\n",
        "```console\n$ isonomia no-such-command\n```\n",
        "```console\n$ isonomia --version\n$ echo $?\n7\n```\n",
    ],
)
def test_code_that_does_not_run_is_found(page: str, tmp_path: Path) -> None:
    assert len(faults(page, tmp_path)) == 1


def test_what_runs_and_how() -> None:
    page = (
        "```console no-run\n$ isonomia play\n```\n"
        "```console\n$ make demo\n$ isonomia break \\\n  --days 9\nsome output\n"
        "$ isonomia verify x\n$ echo $?\n1\n```\n"
        "```python\nprint(1)\n```\n"
    )
    assert steps(page) == [
        ("console", "isonomia break    --days 9", 0),
        ("console", "isonomia verify x", 1),
        ("python", "print(1)\n", 0),
    ]
    assert small("isonomia break --days 9") == "isonomia break --members 40 --seeds 2 --search 0 --days 9"
    assert (
        small("isonomia break --world budget | wc")
        == "isonomia break --days 6 --seeds 2 --search 0 --world budget | wc"
    )
    assert small("isonomia verify x") == "isonomia verify x"
