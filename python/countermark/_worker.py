"""A sandbox worker process: run as ``python -I _worker.py LIBRARY``, never imported.

Loads the extension module by its absolute path, answers one run job on standard input and output, and ends at
once: after the answer the process may open no file any more, not even to shut the interpreter down.
"""

import importlib.machinery
import importlib.util
import os
import sys


def _main(library: str) -> int:
    loader = importlib.machinery.ExtensionFileLoader("_countermark", library)
    spec = importlib.util.spec_from_file_location("_countermark", library, loader=loader)
    if spec is None:
        return 1
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return 0 if module._worker_main() else 1


if __name__ == "__main__":
    os._exit(_main(sys.argv[1]))
