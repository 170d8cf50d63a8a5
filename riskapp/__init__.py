"""Assess the risk of language models, decide, and keep the proof of what was decided."""

__version__ = "0.1.0"
