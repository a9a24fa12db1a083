"""What `isonomia break` prints at its end: a wide table, a narrow one for many charters, the story below it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from isonomia.cli.breaking import _show, figure, short_names

sys.path.append(str(Path(__file__).parents[1] / "report"))
import break_results as make


def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shape: str, columns: int) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    _show(getattr(make, shape)(), Path("out"))
    return capsys.readouterr().out.splitlines()


def table(lines: list[str]) -> list[str]:
    """From its head to its foot."""
    head = next(i for i, line in enumerate(lines) if line.startswith("attack "))
    return lines[head : next(i for i, line in enumerate(lines) if line.startswith("friction "))]


def test_nine_charters_fit_eighty_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(capsys, monkeypatch, "chain", 80)
    assert max(map(len, lines)) <= 80
    (head,) = [line for line in lines if line.startswith("attack ")]
    assert head.split() == ["attack", "b", "f", *(f"h{i}" for i in range(1, 8))]
    (row,) = [line for line in table(lines) if line.startswith("law-tampering")]
    assert row.split() == ["law-tampering", *["B!.40"] * 8, "B!.03"]
    (row,) = [line for line in table(lines) if line.startswith("sybil-majority ")]
    assert row.split("B")[-1].split() == [".25", *["h", "≈0"] * 6]
    assert "b bare · f flawed · h1 to h7 hardened-1 to hardened-7" in lines


def test_where_there_is_room_the_words_are_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(capsys, monkeypatch, "chain", 200)
    (head,) = [line for line in lines if line.startswith("attack ")]
    assert "hardened-7" in head
    assert any("BROKEN" in line for line in lines)


@pytest.mark.parametrize("columns", [80, 200])
def test_rows_and_columns_stand_as_on_the_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    lines = table(printed(capsys, monkeypatch, "chain", columns))
    names = [attack["name"] for attack in make.chain()["attacks"]]
    first = [line.split()[0] for line in lines if line.split() and line.split()[0] in names]
    assert first[0] == "law-tampering", "what most charters fall to stands first"
    assert sorted(first) == sorted(names)


@pytest.mark.parametrize("columns", [80, 200])
def test_a_price_says_over_what_where_that_is_not_the_column_to_the_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    assert not any(line.startswith("friction of") for line in printed(capsys, monkeypatch, "chain", columns))
    lines = printed(capsys, monkeypatch, "usual", columns)
    told = "friction of vouched, accountable over flawed; of the others over the column to"
    assert " ".join(lines).count(told) == 1


def test_text_that_looks_like_markup_is_printed_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = make.single()
    for row in (*result["attacks"], *result["cells"]):
        row["name" if "name" in row else "attack"] = "[red]ring[/red]"
    monkeypatch.setenv("COLUMNS", "80")
    _show(result, Path("out"))
    assert capsys.readouterr().out.count("[red]ring[/red]") >= 2


def test_short_names_are_told_apart() -> None:
    assert short_names(["bare", "flawed", "hardened-1", "hardened-12"]) == ["b", "f", "h1", "h12"]
    assert short_names(["vouched", "visible"]) == ["1", "2"]
    assert short_names(["—"]) == ["1"]


@pytest.mark.parametrize(
    ("harm", "text"),
    [
        (0.624, ".62"),
        (-0.02, "−.02"),
        (1.0, "1.0"),
        (0.004, "≈0"),
        (-0.004, "≈0"),
        (0.0, "0"),
        (None, "–"),
        (0.999, "1.0"),
    ],
)
def test_a_figure_of_two_digits(harm: float | None, text: str) -> None:
    assert figure(harm) == text
