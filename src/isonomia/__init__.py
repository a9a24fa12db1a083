"""Isonomia: the laboratory for governing with AI, and for breaking it."""
