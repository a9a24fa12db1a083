"""What can go wrong with a record, said to a person."""

from __future__ import annotations

from isonomia.basics.errors import IsonomiaError


class RecordError(IsonomiaError):
    """A run cannot be written or read; the message says why and what to do."""


class UnfinishedRun(RecordError):
    """The folder was begun by a run that never sealed it: there is no checkpoint, so nothing in it counts."""


class CheckpointError(RecordError):
    """A checkpoint or a verifier key is malformed, or the signature is not by that key."""


class ProofError(RecordError):
    """A proof cannot be made, or does not prove what it says."""
