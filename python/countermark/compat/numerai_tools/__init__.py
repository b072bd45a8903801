"""numerai-tools 0.7.2 on Countermark's core: ``scoring``, ``signals`` and ``submissions``.

Functions take and return pandas objects as the original's do and refuse what it refuses, with
:class:`CheckError`: an ``AssertionError`` and a ``ValueError`` that carries a ``code``. Needs pandas.
"""

from ._frames import CheckError

__all__ = ["CheckError"]
