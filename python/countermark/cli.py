"""The console script: ``countermark verify FILE [--json]``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from . import CountermarkError, Verdict, verify_bundle, version

VALID, INVALID, USAGE = 0, 1, 2
# One byte over the largest bundle: enough for the core to refuse it, whatever the size of the file.
_MOST = (64 << 20) + 1


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(USAGE)


def _parser() -> _Parser:
    parser = _Parser(prog="countermark", description="Check AI work done by somebody else.")
    parser.add_argument("--version", action="version", version=f"countermark {version()}")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="verify a bundle offline: exit 0 valid, 1 invalid, 2 usage")
    verify.add_argument("file", metavar="FILE", help="the bundle")
    verify.add_argument("--json", action="store_true", help="print the verdict as JSON")
    return parser


def _as_json(verdict: Verdict) -> dict[str, Any]:
    names = ("index", "kind", "id", "issuer", "issuer_name", "issued_at", "strength")
    receipts = [{name: getattr(receipt, name) for name in names} for receipt in verdict.receipts]
    return {"valid": True, "digest": verdict.digest, "receipts": receipts}


def _verify(path: str, as_json: bool) -> int:
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST)
    except OSError as error:
        print(f"countermark: cannot read {path}: {error.strerror}", file=sys.stderr)
        return USAGE
    try:
        verdict = verify_bundle(data)
    except CountermarkError as error:
        if as_json:
            fault = {"code": error.code, "kind": error.kind, "check": error.check, "text": str(error)}
            print(json.dumps({"valid": False, **fault}))
        else:
            print(f"invalid: {error} ({error.code}, check {error.check})")
        return INVALID
    if as_json:
        print(json.dumps(_as_json(verdict)))
        return VALID
    print(f"valid: {verdict.digest}")
    for receipt in verdict.receipts:
        who = f"{receipt.issuer} {receipt.issuer_name}"
        print(f"  {receipt.index:3} {receipt.kind:13} {receipt.strength:10} {who}")
    return VALID


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the console script; gives the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        status = _verify(parsed.file, parsed.json)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on, as with `| head`. Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    return status


if __name__ == "__main__":
    raise SystemExit(main())
