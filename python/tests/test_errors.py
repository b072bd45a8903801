import pickle

import pytest

import countermark as cm

KINDS = {
    "invalid": cm.InvalidError,
    "shape": cm.ShapeError,
    "range": cm.RangeError,
    "signature": cm.SignatureError,
    "proof": cm.ProofError,
    "refused": cm.RefusedError,
    "expired": cm.ExpiredError,
    "limit": cm.LimitError,
    "conflict": cm.ConflictError,
    "cancelled": cm.CancelledError,
    "unsupported": cm.UnsupportedError,
    "unavailable": cm.UnavailableError,
    "internal": cm.InternalError,
}


def test_codes_are_unique_and_of_known_kinds() -> None:
    codes = cm.error_codes()
    assert len({c.code for c in codes}) == len(codes) > 50
    assert {c.kind for c in codes} <= set(KINDS)


def test_one_class_for_each_kind() -> None:
    own = {c for c in cm.CountermarkError.__subclasses__() if c.__module__ == "countermark.exceptions"}
    assert set(KINDS.values()) == own
    assert issubclass(cm.ShapeError, ValueError) and issubclass(cm.RangeError, ValueError)


def test_an_exception_pickles() -> None:
    with pytest.raises(cm.ShapeError) as caught:
        cm.SecretKey.from_bytes(b"")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is cm.ShapeError
    assert (str(again), again.code, again.kind, again.check, again.retryable) == (
        "secret key has length 0, expected 32",
        "length_mismatch",
        "shape",
        None,
        False,
    )


def test_version() -> None:
    assert cm.version() == cm.__version__ == "0.1.0"
