"""Real participatory-budgeting ballots: the Pabulib format (`.pb`), read strictly.

A file is UTF-8 text with three sections. Each begins with its title on a line of its own, then a line of column names,
then rows; fields are separated by `;`, and a field that holds a `;` or a `"` is quoted as in CSV:

    META
    key;value
    num_projects;2
    num_votes;1
    budget;1000
    vote_type;approval
    PROJECTS
    project_id;cost
    7;600
    9;400
    VOTES
    voter_id;vote
    anna;9,7

Source: https://pabulib.org/format (Stolicki, Szufa, Talmon 2020, arXiv:2012.06539). What it leaves open is settled so:

- *approval* and *choose-1*: 1 point for each project named. The budget does not bound an approval ballot; only
  `max_sum_cost` does, and its default is no bound. So a ballot may name more than the city could ever pay.
- *knapsack*, our extension: an approval ballot whose projects cost at most `max_sum_cost`, by default the budget.
- *cumulative* and *scoring*: the `points` column, whole numbers from 0 to 65,535. Unnamed projects have 0 points, or
  `default_score` where the type is scoring.
- *ordinal*: Borda counted down from `max_length` (default: the number of projects): the first named project has
  max_length points, the next one fewer, an unnamed one 0. This is how Pabulib's own `score` columns are computed.
- Money is kept in whole units. Where a file has decimals, `minor` says how many of ours make one of its currency.
- `votes` and `score` columns are compared with the ballots; a difference is a note, never a fault. Rules that bound
  what may be *funded* (neighbourhood quotas, score thresholds) are not applied, and noted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from isonomia.basics.errors import IsonomiaError
from isonomia.basics.streams import Array

SECTIONS = ("META", "PROJECTS", "VOTES")
VOTE_TYPES = ("approval", "choose-1", "knapsack", "cumulative", "scoring", "ordinal")
MOST_POINTS = 65_535
MOST_MONEY = 10**15  # in our units: budget, and all costs together
MOST_DECIMALS = 6
NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,12}|,\d{1,2})?", re.ASCII)  # 1200, 1200.50, 1200,50; never 1,200
NOT_APPLIED = ("budget_per_category", "budget_per_neighborhood", "min_project_score_threshold")


class BallotError(IsonomiaError):
    """A file that is not a sound election. `line` counts from 1; None where the fault is of the file as a whole."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason
        super().__init__(f"{file}{f', line {line}' if line else ''}: {reason}")


@dataclass(frozen=True, slots=True)
class Project:
    """Something money could be spent on. `cost` in the election's money units."""

    id: str
    name: str
    cost: int


@dataclass(frozen=True, slots=True)
class Election:
    """One election as it was held.

    `points`: shape (voters, projects), "<u2", read-only. `named`: how many ballots name each project. `full`: the
    points with which a ballot supports one project fully. `minor`: our money units in one unit of `currency`.
    `notes`: where the file contradicts itself, and which of its rules are not applied.
    """

    file: str
    meta: Mapping[str, str]
    projects: tuple[Project, ...]
    voters: tuple[str, ...]
    points: Array
    named: tuple[int, ...]
    budget: int
    vote_type: str
    currency: str
    minor: int
    full: int
    notes: tuple[str, ...]

    @property
    def costs(self) -> tuple[int, ...]:
        """Each project's cost, in file order."""
        return tuple(project.cost for project in self.projects)

    def describe(self) -> str:
        """One line: how many voters and projects, and the budget in the file's own currency."""
        whole, rest = divmod(self.budget, self.minor)
        cents = f".{rest:0{len(str(self.minor)) - 1}d}" if rest else ""
        money = f"{whole:,}{cents} {self.currency}".rstrip()
        return f"{len(self.voters):,} voters, {len(self.projects):,} projects, {money}, {self.vote_type} ballots"


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]


def read_pb(path: str | Path) -> Election:
    """Read and check a whole file. Raises BallotError: file, line and what is wrong."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BallotError(str(path), None, f"cannot be read: {error.strerror}") from None
    return parse_pb(data, str(path))


def parse_pb(data: bytes, file: str) -> Election:
    """The election in a file's bytes; `file` is what errors call it. Raises BallotError."""
    return _Reader(file, data).election()


def _rows_of(file: str, text: str) -> dict[str, list[tuple[int, list[str]]]]:
    """Each section's records with the line on which each begins; the first is its header."""
    sections: dict[str, list[tuple[int, list[str]]]] = {}
    current: list[tuple[int, list[str]]] | None = None
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=";", skipinitialspace=True)
    begin = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise BallotError(file, begin, f"not readable as fields separated by ';' ({error})") from None
        if record is None:
            return sections
        line, begin = begin, reader.line_num + 1
        if begin - line > 1:
            _check_quote(file, line, lines[line - 1 : begin - 1], begin > len(lines))
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        title = cells[0].upper()
        if title in SECTIONS and not any(cells[1:]):
            if title in sections:
                raise BallotError(file, line, f"section {title} begins a second time")
            current = sections[title] = []
        elif current is None:
            raise BallotError(file, line, f"expected the title META, got {cells[0][:40]!r}; this is no .pb file")
        else:
            current.append((line, cells))


def _check_quote(file: str, line: int, lines: list[str], last: bool) -> None:
    """A field may run over several lines; one that swallows a section or the end of the file was never closed."""
    swallowed = any(text.strip().upper() in SECTIONS for text in lines)
    if swallowed or (last and sum(text.count('"') for text in lines) % 2):
        raise BallotError(file, line, 'a field opens with a quote (") that is never closed')


class _Reader:
    """One reading of one file."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        self.sections = _rows_of(file, self._text(data))
        for title in SECTIONS:
            if title not in self.sections:
                raise BallotError(file, None, f"section {title} is missing")
        self.meta, self.meta_line = self._meta()
        self.vote_type = self.meta.get("vote_type", "")
        if self.vote_type not in VOTE_TYPES:
            known = ", ".join(VOTE_TYPES)
            line = self.meta_line.get("vote_type")
            raise BallotError(file, line, f"META: vote_type is {self.vote_type!r}; this tool reads {known}")

    def _text(self, data: bytes) -> str:
        if not data.strip():
            raise BallotError(self.file, None, "the file is empty")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise BallotError(
                self.file, line, f"byte 0x{data[error.start]:02x} is not UTF-8; save it as UTF-8"
            ) from None

    def _meta(self) -> tuple[dict[str, str], dict[str, int]]:
        rows = self.sections["META"]
        if not rows or [cell.lower() for cell in rows[0][1][:2]] != ["key", "value"]:
            raise BallotError(self.file, rows[0][0] if rows else None, "META must begin with the line key;value")
        meta: dict[str, str] = {}
        lines: dict[str, int] = {}
        for line, cells in rows[1:]:
            if cells[0] in meta:
                raise BallotError(self.file, line, f"META: {cells[0]} is given twice")
            meta[cells[0]] = ";".join(cells[1:]).rstrip(";")  # a comment may hold an unquoted ;
            lines[cells[0]] = line
        return meta, lines

    def _table(self, title: str, wanted: tuple[str, ...]) -> list[_Row]:
        rows = self.sections[title]
        if not rows:
            raise BallotError(self.file, None, f"{title} has no line of column names")
        line, header = rows[0]
        while header and not header[-1]:
            header.pop()
        for column in wanted:
            if column not in header:
                raise BallotError(self.file, line, f"{title} has no column {column!r}; it has {', '.join(header)}")
        if len(set(header)) < len(header):
            raise BallotError(self.file, line, f"{title}: a column is named twice")
        table = []
        for line, cells in rows[1:]:
            if len(cells) < len(header) or any(cells[len(header) :]):
                raise BallotError(self.file, line, f"{title}: {len(cells)} fields, but {len(header)} columns")
            table.append(_Row(line, dict(zip(header, cells, strict=False))))
        if not table:
            raise BallotError(self.file, line, f"{title} has no rows")
        return table

    def _amount(self, text: str, line: int | None, what: str) -> Decimal:
        if not NUMBER.fullmatch(text):
            raise BallotError(self.file, line, f"{what} is {text[:40]!r}; wants a number, not negative")
        return Decimal(text.replace(",", ".")).normalize()

    def whole(self, text: str, line: int | None, what: str) -> int:
        amount = self._amount(text, line, what)
        if amount != amount.to_integral_value() or amount > MOST_MONEY:
            raise BallotError(self.file, line, f"{what} is {text}; wants a whole number of at most {MOST_MONEY}")
        return int(amount)

    def bound(self, key: str, default: int) -> int:
        return self.whole(self.meta[key], self.meta_line[key], f"META: {key}") if self.meta.get(key) else default

    def _required(self, key: str) -> str:
        if not self.meta.get(key):
            raise BallotError(self.file, None, f"META: {key} is missing")
        return self.meta[key]

    def election(self) -> Election:
        projects_table = self._table("PROJECTS", ("project_id", "cost"))
        pointed = self.vote_type in ("cumulative", "scoring")
        votes_table = self._table("VOTES", ("voter_id", "vote", "points") if pointed else ("voter_id", "vote"))
        for key, table in (("num_projects", projects_table), ("num_votes", votes_table)):
            told = self.whole(self._required(key), self.meta_line[key], f"META: {key}")
            if told != len(table):
                reason = f"META: {key} is {told}, but the {key[4:].upper()} section has {len(table)} rows"
                raise BallotError(self.file, self.meta_line[key], reason)
        projects, budget, minor = self._projects(projects_table)
        places = {project.id: place for place, project in enumerate(projects)}
        ballots = _Ballots(self, places, [project.cost for project in projects], budget, minor)
        points, named = ballots.matrix(votes_table)
        return Election(
            file=self.file,
            meta=MappingProxyType(self.meta),
            projects=projects,
            voters=tuple(row.cells["voter_id"] for row in votes_table),
            points=points,
            named=named,
            budget=budget,
            vote_type=self.vote_type,
            currency=self.meta.get("currency", ""),
            minor=minor,
            full=ballots.full or max(1, int(points.max())),
            notes=self._notes(projects_table, points, named, minor),
        )

    def _projects(self, table: list[_Row]) -> tuple[tuple[Project, ...], int, int]:
        line = self.meta_line.get("budget")
        amounts = [self._amount(self._required("budget"), line, "META: budget")]
        seen: dict[str, int] = {}
        for row in table:
            name = row.cells["project_id"]
            if not name or "," in name:
                raise BallotError(self.file, row.line, f"project_id {name!r} wants a name without commas")
            if name in seen:
                raise BallotError(self.file, row.line, f"project {name!r} is on line {seen[name]} already")
            seen[name] = row.line
            amounts.append(self._amount(row.cells["cost"], row.line, f"cost of project {name!r}"))
        places = max(0, *(len(f"{amount:f}".partition(".")[2]) for amount in amounts))
        if places > MOST_DECIMALS:
            raise BallotError(self.file, line, f"an amount has {places} decimals; wants at most {MOST_DECIMALS}")
        budget, *costs = [int(amount.scaleb(places)) for amount in amounts]
        if max(budget, sum(costs)) > MOST_MONEY:
            raise BallotError(self.file, line, f"the sums of money exceed {MOST_MONEY:,} units of 10^-{places}")
        if budget == 0:
            raise BallotError(self.file, line, "META: budget is 0; there is nothing to decide")
        names = [row.cells.get("name") or row.cells["project_id"] for row in table]
        return tuple(map(Project, seen, names, costs)), budget, 10**places

    def _notes(self, table: list[_Row], points: Array, named: tuple[int, ...], minor: int) -> tuple[str, ...]:
        notes = (
            [f"amounts are kept in units of 1/{minor} {self.meta.get('currency', '')}".rstrip()] if minor > 1 else []
        )
        notes += [
            f"META: {key} bounds what may be funded; it is not applied" for key in NOT_APPLIED if key in self.meta
        ]
        scores = points.sum(axis=0, dtype=np.int64)
        for place, row in enumerate(table):
            for column, counted in (("votes", named[place]), ("score", int(scores[place]))):
                told = row.cells.get(column, "")
                if told and (not NUMBER.fullmatch(told) or float(told.replace(",", ".")) != counted):
                    name = row.cells["project_id"]
                    notes.append(f"line {row.line}: {column} of project {name!r} is {told}, the ballots give {counted}")
        return tuple(notes)


class _Ballots:
    """What a ballot of this file may hold, and the points it gives. Defaults are the format's own."""

    def __init__(self, reader: _Reader, places: dict[str, int], costs: list[int], budget: int, minor: int) -> None:
        self.file, self.vote_type, self.places, self.costs = reader.file, reader.vote_type, places, costs
        self.whole, bound, kind = reader.whole, reader.bound, reader.vote_type
        self.least_length = bound("min_length", 1)
        self.most_length = bound("max_length", 1 if kind == "choose-1" else len(places))
        self.least_cost = bound("min_sum_cost", 0) * minor
        self.most_cost = budget if kind == "knapsack" else MOST_MONEY
        if reader.meta.get("max_sum_cost"):
            self.most_cost = bound("max_sum_cost", 0) * minor
        self.least_points = bound("min_points", 0)
        self.least_sum = bound("min_sum_points", 0)
        self.most_sum = bound("max_sum_points", MOST_MONEY)
        self.most_points = min(MOST_POINTS, bound("max_points", self.most_sum))
        self.default = bound("default_score", 0) if kind == "scoring" else 0
        self.pointed = kind in ("cumulative", "scoring")
        if kind == "ordinal":
            if reader.meta.get("scoring_fn", "borda").lower() != "borda":
                line = reader.meta_line["scoring_fn"]
                raise BallotError(self.file, line, "META: scoring_fn is not Borda, the only one this tool reads")
            self.full = min(self.most_length, MOST_POINTS)
        elif self.pointed:
            self.full = self.most_points if self.most_points < MOST_POINTS else 0  # 0: the largest that occurs
        else:
            self.full = 1

    def matrix(self, table: list[_Row]) -> tuple[Array, tuple[int, ...]]:
        """(points, named): one row per ballot, and how many ballots name each project."""
        points = np.full((len(table), len(self.places)), self.default, dtype="<u2")
        named = [0] * len(self.places)
        seen: dict[str, int] = {}
        for voter, (line, cells) in enumerate(table):
            who = cells["voter_id"]
            if not who:
                raise BallotError(self.file, line, "the voter has no voter_id")
            if who in seen:
                raise BallotError(self.file, line, f"voter {who!r} has voted on line {seen[who]} already")
            seen[who] = line
            chosen = self._chosen(line, cells["vote"])
            points[voter, chosen] = self._points(line, cells, chosen)
            for place in chosen:
                named[place] += 1
        points.setflags(write=False)
        return points, tuple(named)

    def _chosen(self, line: int, vote: str) -> list[int]:
        names = [name.strip() for name in vote.split(",")] if vote else []
        chosen = []
        for name in names:
            if name not in self.places:
                reason = f'vote names project "{name[:40]}", which the PROJECTS section does not have'
                raise BallotError(self.file, line, reason)
            chosen.append(self.places[name])
        if len(set(chosen)) < len(chosen):
            twice = next(name for name in names if names.count(name) > 1)
            raise BallotError(self.file, line, f'vote names project "{twice}" twice')
        self._within(line, len(chosen), self.least_length, self.most_length, "vote names {} projects")
        if self.vote_type in ("approval", "choose-1", "knapsack"):
            cost = sum(self.costs[place] for place in chosen)
            self._within(line, cost, self.least_cost, self.most_cost, "the projects of the vote cost {}")
        return chosen

    def _points(self, line: int, cells: dict[str, str], chosen: list[int]) -> list[int]:
        if self.vote_type == "ordinal":
            return [self.full - rank for rank in range(len(chosen))]
        if not self.pointed:
            return [1] * len(chosen)
        texts = [text.strip() for text in cells["points"].split(",")] if cells["points"] else []
        if len(texts) != len(chosen):
            raise BallotError(self.file, line, f"vote names {len(chosen)} projects, but {len(texts)} have points")
        points = [self.whole(text, line, "points") for text in texts]
        for given in points:
            self._within(line, given, self.least_points, self.most_points, "a project is given {} points")
        self._within(line, sum(points), self.least_sum, self.most_sum, "the vote gives {} points in all")
        return points

    def _within(self, line: int, value: int, least: int, most: int, what: str) -> None:
        if not least <= value <= most:
            bound = f"at least {least:,}" if value < least else f"at most {most:,}"
            raise BallotError(self.file, line, f"{what.format(format(value, ','))}; wants {bound}")
