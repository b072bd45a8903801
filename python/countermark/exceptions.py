"""The exceptions of Countermark: one base, one subclass per kind of fault.

``code`` is the contract: the same snake_case word in Rust, Python, JavaScript and on phones; the text may
change.
"""

from __future__ import annotations


class CountermarkError(Exception):
    """Base of every exception that this package raises."""

    #: Stable snake_case code, such as ``bundle_digest_mismatch``.
    code: str
    #: The family of the fault, such as ``signature``; names the subclass.
    kind: str
    #: The verification check that refused, where one did: ``format``, ``digest``, ``signature``, ``link`` or
    #: ``evidence``.
    check: str | None
    #: Whether the same call may succeed later.
    retryable: bool

    def __init__(
        self, message: str, code: str, kind: str, check: str | None = None, retryable: bool = False
    ) -> None:
        """Made by the library; the arguments are the attributes."""
        super().__init__(message)
        self.code = code
        self.kind = kind
        self.check = check
        self.retryable = retryable

    def __reduce__(self) -> tuple[type[CountermarkError], tuple[str, str, str, str | None, bool]]:
        """Pickles with its attributes."""
        return type(self), (str(self), self.code, self.kind, self.check, self.retryable)


class InvalidError(CountermarkError):
    """The bytes or text are not of the stated form."""


class ShapeError(CountermarkError, ValueError):
    """Lengths or dimensions do not fit together."""


class RangeError(CountermarkError, ValueError):
    """A value lies outside its range."""


class SignatureError(CountermarkError):
    """A signature does not belong to the stated signer and message."""


class ProofError(CountermarkError):
    """A hash, link or piece of evidence does not prove what it should."""


class RefusedError(CountermarkError):
    """A policy said no."""


class ExpiredError(CountermarkError):
    """Too late, or too early."""


class LimitError(CountermarkError):
    """A stated bound was reached."""


class ConflictError(CountermarkError):
    """The request contradicts the state."""


class CancelledError(CountermarkError):
    """The caller cancelled."""


class UnsupportedError(CountermarkError):
    """A version, scheme or operation this build does not know."""


class UnavailableError(CountermarkError):
    """Something outside (a program, a device) is not there."""


class InternalError(CountermarkError):
    """A fault of this library."""


_KINDS: dict[str, type[CountermarkError]] = {
    cls.__name__.removesuffix("Error").lower(): cls for cls in CountermarkError.__subclasses__()
}


def _make(message: str, code: str, kind: str, check: str | None, retryable: bool) -> CountermarkError:
    """Called by the extension module for each fault of the core."""
    return _KINDS.get(kind, InternalError)(message, code, kind, check, retryable)
