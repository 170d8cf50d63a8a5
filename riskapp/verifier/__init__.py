"""Whether a document in other hands is genuine: standard library only, handed out as one file.

With the modules of the domain that it imports it makes `verify.pyz` (`archive.py`), which an outsider runs
with nothing but Python. The page and `riskapp verify` import the same modules, so the verdicts are one.
"""
