"""One run, described so that anybody can run it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from isonomia.basics.canonical import encode
from isonomia.constitution.charter import Charter, from_plain, to_plain
from isonomia.models.budget import Access

SPEC_VERSION = 1


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything a run depends on.

    members: persons on the founding roll. days: of the attack; after: days that follow, attacker gone. held: permille
    of persons that the attackers compared control, the same in every arm. governor: a built-in's name, or where a
    stranger's came from (then the run can be replayed, not run again, from the folder), and the hash of the file it is
    in.
    A model's URL is a governor too. ballots: the text of a Pabulib file, for a world that runs on one. benign: the twin
    with honest trouble instead. attacker: the URL of a model that words the attack's petitions; "" leaves them as they
    are scripted. access: how a model is reached; the run does not depend on it, and its digest neither.
    """

    world: str
    charter: Charter
    members: int = 100
    days: int = 40
    after: int = 40
    seed: int = 0
    governor: str = "steward"
    governor_sha256: str = ""
    attack: str = ""
    point: Mapping[str, int] = field(default_factory=dict)
    held: int = 50
    benign: bool = False
    ballots: str = ""
    rule: str = ""
    attacker: str = ""
    access: Access = field(default=Access(), compare=False)

    @property
    def held_span(self) -> tuple[int, int]:
        """Positions of the persons an attacker controls: the last ones."""
        some = max(1, self.members * self.held // 1000) if self.held else 0  # whoever attacks is somebody
        return self.members - some, self.members

    def first(self, permille: int) -> tuple[int, int]:
        """Positions of so large a share of the persons, the first ones: those who profit from an attack."""
        return 0, max(1, self.members * permille // 1000) if permille else 0

    def control(self) -> Spec:
        """The same run with the attacker's seats played honestly."""
        return replace(self, attack="", point={})

    def plain(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "access"}
        if not self.attacker:
            del own["attacker"]  # a run without one has the digest that it always had
        return {**own, "point": dict(self.point), "charter": to_plain(self.charter), "spec_version": SPEC_VERSION}

    @property
    def digest(self) -> str:
        return sha256(encode(self.plain())).hexdigest()


def spec_from_plain(plain: Mapping[str, Any]) -> Spec:
    values = {key: value for key, value in plain.items() if key in Spec.__dataclass_fields__ and key != "access"}
    return Spec(**{**values, "charter": from_plain(plain["charter"])})
