"""Style as a test: the rules of `tidy.py`, held against the project, and each tried on a tree that breaks it."""

from __future__ import annotations

import importlib
import runpy
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import click
import pytest

import tidy

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = runpy.run_path(str(ROOT / "tests/golden/write_public_api.py"))
Check = Callable[[Path], list[str]]
Tree = dict[str, str]
CHECKS = {check.__name__: check for check in tidy.ALL}

CLEAN: Tree = {
    "pyproject.toml": 'isonomia = "isonomia.law.judge:judge"\n',
    "src/isonomia/__init__.py": '"""A package."""\n',
    "src/isonomia/basics/__init__.py": '"""One file: acts."""\n',
    "src/isonomia/basics/acts.py": "import ast\n",
    "src/isonomia/law/__init__.py": '"""One file: judge."""\n__all__ = []\n',
    "src/isonomia/law/judge.py": "from isonomia.basics.acts import ast\n\n\ndef judge(): ...\n",
    "src/isonomia/data/sample.pb": "META\n",
    "tests/law/test_judge.py": "def test_judge():\n    assert True\n",
    "docs/glossary.md": "| **act** | One thing somebody tries to do. |\n",
    "ARCHITECTURE.md": "| room | what |\n|---|---|\n| `basics/` | acts |\n| `law/` | judge |\n",
}

# For each check: files that break its rule when laid over CLEAN, and words its fault must have.
BREAKS: list[tuple[str, Tree, str]] = [
    ("floors", {"src/isonomia/basics/up.py": "import isonomia.law.judge\n"}, "up.py:1: basics"),
    ("floors", {"src/isonomia/law/peer.py": "from isonomia.record import log\n"}, "law (floor 2) imports"),
    ("floors", {"src/isonomia/law/lazy.py": "def f():\n    import isonomia.gate.gate\n"}, "lazy.py:2"),
    ("floors", {"src/isonomia/law/near.py": "from ..polity.day import Day\n"}, "isonomia.polity.day"),
    ("floors", {"src/isonomia/law/name.py": "import_module('isonomia.lab.spec')\n"}, "isonomia.lab.spec"),
    (
        "floors",
        {"src/isonomia/law/typed.py": "if TYPE_CHECKING:\n    from isonomia.record.log import Log\n"},
        "typed.py:2",
    ),
    ("floors", {"src/isonomia/attic/old.py": "\n"}, "room attic/ has no floor"),
    ("floors", {"src/isonomia/loose.py": "\n"}, "loose.py: lives in no room"),
    ("floors", {"src/isonomia/__init__.py": "from isonomia.basics.acts import ast\n"}, "does nothing"),
    ("faces_imported", {"src/isonomia/law/face.py": "from isonomia.basics import Act\n"}, "the face isonomia.basics"),
    ("faces_imported", {"src/isonomia/law/top.py": "from isonomia import basics\n"}, "the face isonomia.basics"),
    (
        "circles",
        {
            "src/isonomia/law/a.py": "from isonomia.law import b\n",
            "src/isonomia/law/b.py": "def f():\n    from isonomia.law.c import g\n",
            "src/isonomia/law/c.py": "if TYPE_CHECKING:\n    from .a import x\n",
        },
        "isonomia.law.a → isonomia.law.b → isonomia.law.c → isonomia.law.a",
    ),
    ("dead_files", {"src/isonomia/law/lost.py": "\n"}, "law/lost.py"),
    ("dead_files", {"pyproject.toml": ""}, "law/judge.py"),
    ("sizes", {"src/isonomia/law/long.py": "x = 1\n" * 401}, "401 lines"),
    ("sizes", {"src/isonomia/law/wide.py": "def f():\n" + "    x = 1\n" * 70}, "f has 71 lines"),
    ("sizes", {"tests/law/test_long.py": "x = 1\n" * 401}, "tests/law/test_long.py: 401 lines"),
    ("faces", {"src/isonomia/law/__init__.py": '"""Law."""\n' * 61}, "61 lines"),
    ("faces", {"src/isonomia/law/__init__.py": '"""Law."""\nLEVEL = 3\n'}, "defines nothing"),
    ("faces", {"src/isonomia/law/__init__.py": "from isonomia.law.judge import judge\n"}, "docstring"),
    ("junk_drawers", {"src/isonomia/law/utils.py": "\n"}, "law/utils.py"),
    ("junk_drawers", {"src/isonomia/law/text_helpers.py": "\n"}, "text_helpers.py"),
    ("junk_drawers", {"tests/misc/test_x.py": "\n"}, "tests/misc"),
    ("kernel_size", {f"src/isonomia/{room}/more.py": "x = 1\n" * 399 for room in tidy.KERNEL}, "gate 399"),
    ("captions", {"src/isonomia/gate/__init__.py": '"""Gate."""\n'}, "`gate/`"),
    ("captions", {"ARCHITECTURE.md": "The rooms are `basics/` and `law/`.\n"}, "`law/`"),
    ("glossary", {"docs/glossary.md": "| **act** | a |\n| **kind** | b |\n| **act** | c |\n"}, "“act” twice"),
    ("unfinished", {"docs/page.md": "fine\nTO" + "DO: the rest\n"}, "docs/page.md:2"),
    ("machine_paths", {"Makefile": "x:\n\tls /ho" + "me/me/data\n"}, "Makefile:2"),
    ("machine_paths", {"src/isonomia/law/here.py": 'P = "/wo' + 'rk/x"\n'}, "here.py:1"),
    ("registries", {"constraints.txt": "--ind" + "ex-url https://example.org\n"}, "constraints.txt:1"),
    ("registries", {".ci/run": "pip install -i https://py" + "pi.org/simple x\n"}, ".ci/run:1"),
    ("idle_tests", {"tests/law/test_idle.py": "def test_idle():\n    print(1)\n"}, "test_idle asserts nothing"),
    ("idle_tests", {"tests/law/test_none.py": "x = 1\n"}, "without a test"),
]


def lay(tree: Tree, root: Path) -> Path:
    for name, text in tree.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_project_is_tidy(check: Check) -> None:
    faults = check(ROOT)
    assert not faults, f"{len(faults)} faults\n  " + "\n  ".join(faults)


@pytest.mark.parametrize(("name", "tree", "words"), BREAKS, ids=[f"{b[0]}-{i}" for i, b in enumerate(BREAKS)])
def test_a_broken_rule_is_found(name: str, tree: Tree, words: str, tmp_path: Path) -> None:
    faults = CHECKS[name](lay(CLEAN | tree, tmp_path))
    assert any(words in fault for fault in faults), faults


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_clean_tree_has_no_faults(check: Check, tmp_path: Path) -> None:
    assert check(lay(CLEAN, tmp_path)) == []


def test_every_check_is_tried_on_a_tree_that_breaks_it() -> None:
    assert {name for name, _, _ in BREAKS} == set(CHECKS)


def test_what_only_looks_like_a_fault_is_left_alone(tmp_path: Path) -> None:
    innocent = {
        "src/isonomia/law/commons.py": "from isonomia.basics import acts\nNEXT = 'isonomia.law.testing'\n",
        "src/isonomia/law/testing.py": "COMMONS = 'isonomia.law.commons:NEXT'\n",
        "docs/page.md": "See docs/opt/page.md and https://example.org/opt/art; to do: nothing.\n",
        "tests/law/test_near.py": (
            "def agree(x):\n    assert x\n\ndef test_a():\n    agree(1)\n\n"
            "def test_b():\n    with pytest.raises(ValueError):\n        int('x')\n\nTestMachine = Machine.TestCase\n"
        ),
    }
    lay(CLEAN | innocent, tmp_path)
    assert [fault for check in tidy.ALL for fault in check(tmp_path)] == []


# Commands


def the_group() -> click.Group:
    """The command line of the project, wherever cli/main.py keeps its click group."""
    main: Any = importlib.import_module("isonomia.cli.main")
    groups = [value for value in vars(main).values() if isinstance(value, click.Group)]
    assert groups, "isonomia.cli.main holds no click group, so its commands cannot be checked"
    return max(groups, key=lambda group: len(list(tidy.commands(group))))


def test_every_command_is_documented() -> None:
    faults = tidy.undocumented(ROOT, the_group())
    assert not faults, "\n  ".join(faults)


def test_an_undocumented_command_is_found(tmp_path: Path) -> None:
    inner = click.Group("charter", commands={"check": click.Command("check"), "diff": click.Command("diff")})
    group = click.Group("isonomia", commands={"break": click.Command("break"), "charter": inner})
    lay(
        {
            "README.md": "`isonomia charter diff a b`\n",
            "docs/x.md": "`isonomia breaks`\n",
            "docs/design/1.md": "isonomia break",
        },
        tmp_path,
    )
    assert [fault.split("`")[1] for fault in tidy.undocumented(tmp_path, group)] == [
        "isonomia break",
        "isonomia charter check",
    ]


# The golden public API


def test_public_names_are_as_recorded() -> None:
    now, golden = GOLDEN["describe"](ROOT), GOLDEN["GOLDEN"].read_text(encoding="utf-8")
    change = "\n".join(list(unified_diff(golden.split("\n"), now.split("\n"), "golden", "now", lineterm=""))[:60])
    assert not change, f"public names changed; if that is meant: python tests/golden/write_public_api.py\n{change}"


def test_a_changed_signature_changes_the_record(tmp_path: Path) -> None:
    def described(text: str) -> str:
        lay({"src/isonomia/law/judge.py": text}, tmp_path)
        return str(GOLDEN["describe"](tmp_path))

    before = described("LEAST = 1\nclass A:\n    def f(self, x: int = 1) -> int: ...\n    def _g(self): ...\n")
    assert before.split("\n") == [
        "isonomia.law.judge",
        "    LEAST",
        "    class A()",
        "        f(self, x: int=1) -> int",
        "",
    ]
    assert described("LEAST = 2\nclass A:\n    def f(self, x: int = 1) -> int: return x\n") == before
    assert described("LEAST = 1\nclass A:\n    def f(self, x: str = 1) -> int: ...\n") != before
    assert described("LEAST = 1\nclass A:\n    def h(self, x: int = 1) -> int: ...\n") != before
