"""The seal of the organisation: a PDF in, the same bytes with a signature behind them out.

pyHanko and cryptography are imported when something is sealed or a certificate is read, never at start.
"""
