"""Every line of `isonomia list` has a page, pages are those that the code writes, and lists fit 80 columns."""

from __future__ import annotations

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from isonomia.cli.main import main
from isonomia.lab.catalogue import KINDS, item, list_safeguards
from isonomia.lab.plugins import ON_READERS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "catalogue"
LINK = re.compile(r"\]\(([^)#:]+)(#[a-z0-9-]+)?\)")


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = spec_from_file_location("write_catalogue", ROOT / "docs" / "write_catalogue.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(writer: ModuleType) -> dict[str, str]:
    made: dict[str, str] = writer.pages()
    return made


def stale(folder: Path, pages: dict[str, str]) -> list[str]:
    """Pages that are missing, too many, or not what the code writes now."""
    there = {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*.md") if p.parent.name != "notes"}
    return sorted(name for name in there.keys() | pages.keys() if there.get(name) != pages.get(name))


def test_pages_are_current(pages: dict[str, str]) -> None:
    assert not stale(FOLDER, pages), "python docs/write_catalogue.py writes them anew"


def test_a_changed_page_is_found(pages: dict[str, str], writer: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "attacks").mkdir()
    gone = tmp_path / "attacks" / "no-such-attack.md"
    gone.write_text("an attack that was taken out")
    assert "attacks/no-such-attack.md" in stale(tmp_path, pages)
    writer.write(tmp_path)
    assert not gone.exists()
    assert stale(tmp_path, pages) == []
    page = tmp_path / "attacks" / "gamer.md"
    page.write_text(page.read_text("utf-8").replace("16", "17"))
    assert stale(tmp_path, pages) == ["attacks/gamer.md"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "taxonomy"])
def test_every_line_has_a_page(kind: str, pages: dict[str, str]) -> None:
    names = [row["name"] for row in KINDS[kind]()]
    assert names
    assert {f"{kind}/{name}.md" for name in names} == {name for name in pages if name.startswith(kind + "/")}


def test_every_row_of_the_taxonomy_has_an_anchor(pages: dict[str, str]) -> None:
    anchors = re.findall(r"^## (T\d\d)$", pages["taxonomy.md"], re.MULTILINE)
    assert anchors == [f"T{n:02}" for n in range(1, 67)]


def test_every_note_is_used_and_attacks_and_safeguards_have_one(pages: dict[str, str]) -> None:
    notes = {path.stem for path in (FOLDER / "notes").glob("*.md")}
    names = {name.removesuffix(".md").replace("/", "-") for name in pages}
    assert notes <= names
    assert {name for name in names if name.startswith(("attacks-", "safeguards-"))} <= notes


def broken_links(page: Path) -> list[str]:
    """Links to files that are not there, or to headings that their page has not; the web is not asked."""
    wrong = []
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        to = page.parent / path
        text = to.read_text("utf-8") if to.suffix == ".md" and to.exists() else ""
        heads = [re.sub(r"[^\w -]", "", head.lower()) for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
        if not to.exists() or (anchor and anchor[1:] not in [head.replace(" ", "-") for head in heads]):
            wrong.append(path + anchor)
    return wrong


def test_links_lead_somewhere() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), *FOLDER.rglob("*.md"), ROOT / "README.md", ROOT / "ARCHITECTURE.md"]
    wrong = {str(page): broken_links(page) for page in pages if page.parent.name != "notes"}  # notes stand on pages
    assert {page: links for page, links in wrong.items() if links} == {}


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A head, here")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#a-head-here) [c](there.md#gone) [d](gone.md) [e](https://x.org/gone.md)"
    )
    assert broken_links(page) == ["there.md#gone", "gone.md"]


@pytest.mark.parametrize("kind", KINDS)
def test_lists_fit_a_terminal_of_80_columns(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(main, ["list", kind])
    assert done.exit_code == 0
    assert [line for line in done.output.splitlines() if len(line) > 80] == []
    assert all(row["name"] in done.output for row in KINDS[kind]())


def test_one_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = CliRunner().invoke(main, ["list", "incidents", "A01"])
    assert "snapshot_power_at_proposal" in shown.output
    assert "](../" not in CliRunner().invoke(main, ["list", "attacks", "gamer"]).output
    told = json.loads(CliRunner().invoke(main, ["list", "incidents", "A01", "--json"]).output)
    assert told["replay"]["got"] == told["expected"]
    assert item("charters", "hardened")["name"].startswith("hardened-")
    missing = CliRunner().invoke(main, ["list", "attacks", "gamr"])
    assert missing.exit_code == 2
    assert "did you mean gamer?" in missing.output


def test_an_attack_on_readers_says_whom_it_wants() -> None:
    said = {
        row["name"]: CliRunner().invoke(main, ["list", "attacks", row["name"]]).output for row in KINDS["attacks"]()
    }
    assert [name for name, page in said.items() if "in a default sweep" in page] == list(ON_READERS)
    assert CliRunner().invoke(main, ["list", "attacks"]).output.count("wants a governor that reads") == len(ON_READERS)
    assert ON_READERS.keys() <= set(item("taxonomy", "T03")["by"])


def test_every_setting_is_on_the_page_of_the_charter_file_with_its_default() -> None:
    page = (ROOT / "docs" / "charter.md").read_text("utf-8")
    told = {}
    for names, default in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]+ \| ([^|]+) \|", page, re.MULTILINE):
        told |= dict(zip(re.findall(r"`(\w+)`", names), default.replace("`", "").split(", "), strict=False))
    null = next(row["settings"] for row in list_safeguards() if row["name"] == "decisions.live")
    assert {name: told.get(name) for name in null} == {name: str(value).lower() for name, value in null.items()}


def test_exactly_one_level_of_an_office_is_its_null_level() -> None:
    rows = list_safeguards()
    for office in {row["office"] for row in rows}:
        assert [row["null"] for row in rows if row["office"] == office].count(True) == 1
        assert not next(row for row in rows if row["office"] == office and row["null"])["changed"]
