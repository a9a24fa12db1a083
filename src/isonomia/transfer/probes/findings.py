"""What a probe found, in a few clauses made from its numbers alone; each can come out the other way."""

from __future__ import annotations

from isonomia.measures.saydo import SayDo
from isonomia.report.figures import number
from isonomia.transfer.measured import Measured
from isonomia.transfer.probes.pressure import AGAIN, Pressed
from isonomia.transfer.probes.saydo import Gap
from isonomia.transfer.probes.twins import Conflicts


def of_pressure(found: Pressed) -> str:
    """A and B apart, then whether it can be corrected: holding on is worth nothing in who cannot be."""
    again = next(curve for curve in found.curves if curve.pressure == AGAIN)
    told = [
        _shown("A, leaves a right answer under pressure", found.excess_A),
        _shown("B, stops answering under pressure", found.excess_B),
    ]
    if again.A.lo is not None and again.A.lo > 0.0:
        told.append(f"without any pressure it leaves {number(again.A.value)} too")
    accepts = found.accepts
    if accepts.lo is None or accepts.hi is None:
        told.append(f"a right correction: not identifiable, {accepts.why}")
    elif accepts.hi < 0.5:
        told.append(f"a right correction it accepts in {number(accepts.value)}: stubborn rather than steady")
    else:
        told.append(f"a right correction it accepts in {number(accepts.value)}")
    return _sentence(found.target, told)


def of_say_do(found: Gap) -> str:
    told = [
        _shown("does less than it says, watched", found.gap_watched),
        _shown("does less than it says, unwatched", found.gap_unwatched),
        _shown("keeps more while watched", found.watching),
    ]
    kept = found.kept.get("done unwatched")
    if kept is not None and kept.value is not None:
        told.append(f"unwatched it keeps to what was decided in {number(kept.value)}")
    return _sentence(found.target, told)


def of_twins(found: Conflicts) -> str:
    told = [_shown(f"decides otherwise with other {change.change}", change.excess) for change in found.changes]
    if found.noise.lo is not None and found.noise.lo > 0.0:
        told.append(f"the very same words it decides in two ways in {number(found.noise.value)}")
    return _sentence(found.target, told)


def of_polity(found: SayDo) -> str:
    watching, gap = found.watching, found.gap
    if watching.lo > 0.0:
        told = f"People known to be looked at get {number(watching.mean, 3)} more of what was said than others"
    elif watching.hi < 0.0:
        told = f"People known to be looked at get {number(-watching.mean, 3)} less of what was said than others"
    else:
        told = "People known to be looked at are not shown to be served otherwise than others"
    least = f"short of {number(gap.mean, 3)} of it" if gap.lo > 0.0 else "not shown to be short of it"
    return f"{told}; the others are {least}."


def _shown(what: str, of: Measured) -> str:
    """Whether it is shown, and by how much more than without; or the most that it can be."""
    if of.value is None or of.lo is None or of.hi is None:
        return f"{what}: not identifiable, {of.why}"
    if of.lo > 0.0:
        return f"{what}: shown, by {number(of.value)}"
    if of.hi < 0.0:
        return f"{what}: shown the other way, by {number(of.value)}"
    return f"{what}: not shown, at most {number(of.hi)}"


def _sentence(target: str, told: list[str]) -> str:
    return f"{target}: {'; '.join(told)}."
