"""Isonomia: the laboratory for governing with AI, and for breaking it."""

__version__ = "0.1.0"
