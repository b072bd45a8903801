"""The names of numerai_tools.submissions, from our module."""

import sys

from countermark.compat.numerai_tools import submissions

# The module itself, so that names with an underscore are found too.
sys.modules[__name__] = submissions
