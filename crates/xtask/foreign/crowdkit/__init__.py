"""Stands in for crowd-kit while its own tests run: its modules are ours."""

import sys

import countermark.compat.crowdkit as ours

sys.modules[__name__] = ours
