"""crowd-kit 1.4.2 on Countermark's core: ``aggregation`` (classification) and ``metrics.data``.

Classes take and return pandas objects as the original's do and raise what it raises. Needs pandas.
"""

from . import aggregation, metrics

__all__ = ["aggregation", "metrics"]
