"""``python -m countermark``: the console script."""

from .cli import main

raise SystemExit(main())
