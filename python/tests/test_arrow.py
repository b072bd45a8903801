"""Columns of polars, pyarrow, DuckDB and pandas give what numpy's arrays give."""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import countermark as cm

G = np.random.default_rng(1)
N = 600
P = np.asfortranarray(G.random((N, 3)))
T = G.integers(0, 5, N) / 4
E = np.arange(N) // 100
F = np.asfortranarray(G.integers(0, 5, (N, 4)).astype(np.int8))
NAMES = ["a", "b", "c"]
POLARS = pl.DataFrame({name: P[:, j] for j, name in enumerate(NAMES)})
ARROW = POLARS.to_arrow()


def corr(predictions: Any, target: Any = T) -> list[float]:
    return [s.value for s in cm.numerai_corr_with(predictions, target)]


TABLES: dict[str, Callable[[], Any]] = {
    "polars": lambda: POLARS,
    "polars, chunks": lambda: pl.concat([POLARS[:250], POLARS[250:]], rechunk=False),
    "pyarrow": lambda: ARROW,
    "pyarrow, a batch": lambda: ARROW.combine_chunks().to_batches()[0],
    "pyarrow, chunks": lambda: pa.concat_tables([ARROW[:1], ARROW[1:]]),
    "duckdb": lambda: duckdb.from_arrow(ARROW),
    "pandas": lambda: pd.DataFrame(P, columns=NAMES, index=[f"n{i}" for i in range(N)]),
    "pandas on pyarrow": lambda: ARROW.to_pandas(types_mapper=pd.ArrowDtype),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    assert corr(TABLES[name]()) == corr(P)


@pytest.mark.parametrize("make", [pl.Series, pa.array, pd.Series, list])
def test_series(make: Callable[[Any], Any]) -> None:
    assert corr(P, make(T)) == corr(P)


def test_slices_begin_where_they_begin() -> None:
    for cut in (1, 7, 64, 590):
        window = np.arange(N)[cut:]
        expected = corr(P[window], T[window])
        assert corr(POLARS[cut:], pl.Series(T)[cut:]) == expected
        assert corr(ARROW[cut:], pa.array(T)[cut:]) == expected
        assert corr(ARROW.combine_chunks().to_batches()[0][cut:], T[cut:]) == expected


@pytest.mark.parametrize(
    "type_", [pl.Int8, pl.UInt8, pl.Int16, pl.UInt16, pl.Int32, pl.UInt32, pl.Int64, pl.UInt64, pl.Float32]
)
def test_types(type_: Any) -> None:
    frame = pl.DataFrame({str(j): F[:, j] for j in range(4)}).cast(type_)
    found = cm.feature_neutral_corr(POLARS, frame, T)
    assert [s.value for s in found] == [s.value for s in cm.feature_neutral_corr(P, F, T)]


def test_booleans() -> None:
    flags = pl.Series([True, False, True] * 7 + [False])
    numbers = np.array(flags.to_list(), dtype=float)
    assert list(cm.rank(flags[3:])) == list(cm.rank(numbers[3:]))


def test_gaps_are_nan() -> None:
    gaps = pl.DataFrame({"a": [None, *P[1:, 0]], "b": P[:, 1]})
    found = cm.numerai_corr_with(gaps, T)
    assert [s.reason for s in found] == ["non_finite", None]
    holes = P[:, :2].copy()
    holes[0, 0] = np.nan
    assert corr(gaps[:0].vstack(gaps)) == pytest.approx(corr(holes), nan_ok=True)


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pl.DataFrame({"words": ["x"] * N}), 'column "words" holds text'),
        (pl.DataFrame({"lists": [[1.0]] * N}), 'column "lists" holds'),
        (pl.DataFrame({"nothing": [None] * N}), 'column "nothing" holds nothing but gaps'),
        (pa.table({"codes": pa.array(["x"] * N).dictionary_encode()}), 'column "codes" holds a dictionary'),
        (pl.DataFrame({"days": pl.Series([1] * N).cast(pl.Date)}), 'column "days" holds'),
    ],
)
def test_columns_that_hold_no_numbers(frame: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        corr(frame)


def test_shapes() -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        cm.numerai_corr_with(POLARS, T[1:], mode="strict")
    assert caught.value.code == "length_mismatch"
    with pytest.raises(cm.CountermarkError) as caught:
        cm.feature_neutral_corr(P, pl.Series(T), T)
    assert caught.value.code == "length_mismatch"
    empty = pl.DataFrame({"x": pl.Series([], dtype=pl.Float64)})
    assert cm.crps_ensemble(pl.Series([], dtype=pl.Float64), empty, "nrg").tolist() == []


def test_a_matrix_that_must_lie_together() -> None:
    y, x = G.random(20), G.random((20, 5))
    frame = pl.DataFrame({str(j): x[:, j] for j in range(5)})
    assert cm.crps_ensemble(pl.Series(y), frame).tolist() == cm.crps_ensemble(y, x).tolist()


TEXT = E.astype(str)
ERAS: list[Any] = [E.tolist(), E, pl.Series(E), pd.Series(E), pa.array(E), TEXT, pl.Series(TEXT.tolist())]


@pytest.mark.parametrize("eras", ERAS, ids=lambda e: type(e).__name__)
def test_eras(eras: Any) -> None:
    found = cm.score_eras(cm.EraData(POLARS, T, eras), ["corr"])
    assert found.eras == ["0", "1", "2", "3", "4", "5"]


def test_eras_that_are_no_names() -> None:
    with pytest.raises(TypeError):
        cm.EraData(P, T, np.full(N, 1.5))


@pytest.mark.parametrize("name", TABLES)
def test_score(name: str) -> None:
    features = pl.DataFrame({f"f{j}": F[:, j] for j in range(4)})
    plain = cm.score(dict(zip(NAMES, P.T, strict=True)), T, E, metrics=["corr", "fnc"], features=F)
    found = cm.score(TABLES[name](), pl.Series(T), pl.Series(E), metrics=["corr", "fnc"], features=features)
    assert found.names == NAMES
    assert found.to_dict() == plain.to_dict()
