"""Scores of many models over eras as one object: tables, pictures, payouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from ._countermark import CancelToken, EraData, EraScores, FeatureCache, Settlement, score_eras

_SUMMARY = ("mean", "sd", "sharpe", "max_drawdown", "autocorrelation")


def _table(values: Any, what: str) -> tuple[list[str], Any]:
    """Names and columns of a matrix: a mapping, a data frame of any library, an Arrow table, or an array."""
    if isinstance(values, Mapping):
        columns = [np.asarray(values[name]) for name in values]
        lengths = {len(c) for c in columns}
        if len(lengths) > 1:
            raise ValueError(f"columns of {what} have different lengths: {sorted(lengths)}")
        same = {c.dtype for c in columns}
        kept = same in ({np.dtype(np.int8)}, {np.dtype(np.float32)})
        shape = (lengths.pop() if lengths else 0, len(columns))
        array = np.empty(shape, dtype=same.pop() if kept else np.float64, order="F")
        for j, column in enumerate(columns):
            array[:, j] = column
        return [str(name) for name in values], array
    if hasattr(values, "fetchnumpy"):  # DuckDB, whose relations run anew each time they are read
        return _table(values.fetchnumpy(), what)
    for names in ("column_names", "columns"):  # pyarrow; polars, pandas
        if hasattr(values, names):
            return [str(name) for name in getattr(values, names)], values
    array = np.asarray(values)
    if array.ndim == 1:
        array = array[:, None]
    return [f"{what}_{j}" for j in range(array.shape[1])] if array.ndim == 2 else [], array


def _column(values: Any) -> Any:
    """A column of any library."""
    if hasattr(values, "fetchnumpy"):
        values = next(iter(values.fetchnumpy().values()))
    array = values if hasattr(values, "__arrow_c_stream__") else np.asarray(values)
    if getattr(array, "ndim", 1) == 2 and array.shape[1] == 1:
        return np.asarray(array)[:, 0]
    return array


class ScoreReport:
    """Scores of named models by era and metric.

    `scores`: float64, shape `[eras, models, metrics]`, NaN where there is none; `bad` says why.
    """

    def __init__(self, names: Sequence[str], scores: EraScores) -> None:
        """Names the models of scores that `score_eras` gave."""
        self.names = list(names)
        self.core = scores
        self.eras: list[str] = scores.eras
        self.metrics: list[str] = scores.metrics
        self.scores: npt.NDArray[np.float64] = scores.scores

    @property
    def bad(self) -> dict[str, dict[str, str]]:
        """Models without a score in some era: name to era to error code."""
        out: dict[str, dict[str, str]] = {}
        for j, name in enumerate(self.names):
            reasons = {era: self.core.reason(e, j) for e, era in enumerate(self.eras)}
            found = {era: reason for era, reason in reasons.items() if reason is not None}
            if found:
                out[name] = found
        return out

    @property
    def bad_eras(self) -> dict[str, str]:
        """Eras in which nobody has a score: name to the reason in words."""
        errors = {era: self.core.error(e) for e, era in enumerate(self.eras)}
        return {era: error for era, error in errors.items() if error is not None}

    def _metric(self, metric: str | None) -> int:
        name = self.metrics[0] if metric is None else metric
        if name not in self.metrics:
            raise ValueError(f"metric {name!r} was not scored; there are {', '.join(self.metrics)}")
        return self.metrics.index(name)

    def summary(self) -> list[dict[str, Any]]:
        """A row per model and metric: eras scored, mean, sd, sharpe, max_drawdown, autocorrelation."""
        rows = []
        for j, name in enumerate(self.names):
            for k, metric in enumerate(self.metrics):
                s = self.core.summary(j, k)
                row: dict[str, Any] = {"model": name, "metric": metric, "eras": s.eras}
                rows.append(row | {field: getattr(s, field) for field in _SUMMARY})
        return rows

    def to_dict(self) -> dict[str, list[Any]]:
        """Every score as columns era, model and one for each metric: what data frame libraries take."""
        eras, models = len(self.eras), len(self.names)
        out: dict[str, list[Any]] = {
            "era": [era for era in self.eras for _ in range(models)],
            "model": self.names * eras,
        }
        for k, metric in enumerate(self.metrics):
            out[metric] = self.scores[:, :, k].ravel().tolist()
        return out

    def to_pandas(self) -> Any:
        """Every score as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.to_dict())

    def to_polars(self) -> Any:
        """Every score as a polars DataFrame."""
        import polars as pl

        return pl.DataFrame(self.to_dict())

    def settle(
        self,
        stakes: Mapping[str, int] | Sequence[int],
        pot: int | None = None,
        multipliers: Mapping[str, float] | None = None,
        clip: float = 0.05,
        threshold: int | None = None,
        share: str = "at_most_rate",
    ) -> Settlement:
        """Turns mean scores into integer payouts and burns.

        `stakes`: by model name or in order, in the smallest unit. `pot`: what there is to pay out; as much as
        all stakes unless given. `multipliers`: what each metric counts for; the first metric unless given.
        """
        if isinstance(stakes, Mapping):
            unknown = sorted(set(stakes) - set(self.names))
            if unknown:
                raise ValueError(f"stakes on models that were not scored: {', '.join(unknown)}")
            stakes = [stakes.get(name, 0) for name in self.names]
        weights = {self.metrics[0]: 1.0} if multipliers is None else dict(multipliers)
        for metric in weights:
            self._metric(metric)
        return self.core.settle(
            [weights.get(metric, 0.0) for metric in self.metrics],
            list(stakes),
            sum(stakes) if pot is None else pot,
            clip,
            threshold,
            share,
        )

    def plot(self, metric: str | None = None, top: int = 10) -> Any:
        """Cumulative score by era of the best models, all others in grey: a matplotlib figure."""
        k = self._metric(metric)
        figure, axes = _figure((9, 5))
        cumulative = np.nancumsum(self.scores[:, :, k], axis=0)
        known = [not np.isnan(self.scores[:, j, k]).all() for j in range(len(self.names))]
        order = [j for j in np.argsort(-cumulative[-1]) if known[j]] if len(self.eras) else []
        for j in order[top:]:
            axes.plot(self.eras, cumulative[:, j], color="0.85", linewidth=0.8, zorder=1)
        for j in reversed(order[:top]):
            axes.plot(self.eras, cumulative[:, j], linewidth=1.6, label=self.names[j], zorder=2)
        axes.axhline(0, color="0.4", linewidth=0.8)
        axes.set(xlabel="era", ylabel=f"cumulative {self.metrics[k]}")
        axes.set_title(f"{len(order)} models, the best {min(top, len(order))} named")
        axes.xaxis.get_major_locator().set_params(nbins=12) if len(self.eras) > 12 else None
        if order:
            handles, labels = axes.get_legend_handles_labels()
            axes.legend(handles[::-1], labels[::-1], fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))
        figure.tight_layout()
        return figure

    def plot_payouts(self, settlement: Settlement, unit: int = 1) -> Any:
        """What each staked model gains or loses, largest first, and the sum: a matplotlib figure."""
        change = [(int(r.paid) - int(r.burned)) / unit for r in settlement.rows]
        order = sorted((j for j, c in enumerate(change) if c), key=lambda j: -change[j])
        figure, axes = _figure((max(7.0, 0.32 * len(order) + 2), 5))
        level = 0.0
        for x, j in enumerate(order):
            color = "#2a7f4f" if change[j] > 0 else "#b3452c"
            axes.bar(x, change[j], bottom=level, color=color)
            level += change[j]
        axes.bar(len(order), level, color="0.45")
        axes.axhline(0, color="0.4", linewidth=0.8)
        names = [self.names[j] for j in order] + ["in total"]
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
        axes.use_sticky_edges = False
        axes.margins(x=0.01, y=0.05)
        axes.set(ylabel="paid less burned", title="Payouts, one after the other")
        figure.tight_layout()
        return figure

    def _repr_html_(self) -> str:
        """A table of means, for notebooks."""
        head = "".join(f"<th>{escape(m)} mean</th><th>sharpe</th><th>drawdown</th>" for m in self.metrics)
        bad = self.bad
        rows = []
        order = sorted(range(len(self.names)), key=lambda j: -_rank(self.core.summary(j, 0).mean))
        for j in order:
            cells = ""
            for k in range(len(self.metrics)):
                s = self.core.summary(j, k)
                cells += "".join(f"<td>{x:.4f}</td>" for x in (s.mean, s.sharpe, s.max_drawdown))
            name = self.names[j]
            note = ", ".join(sorted(set(bad[name].values()))) if name in bad else ""
            rows.append(f"<tr><td>{escape(name)}</td>{cells}<td>{escape(note)}</td></tr>")
        count = f"{len(self.names)} models, {len(self.eras)} eras"
        return (
            f"<table><caption>{count}</caption><tr><th>model</th>{head}<th>not scored</th></tr>"
            f"{''.join(rows)}</table>"
        )

    def __repr__(self) -> str:
        """Sizes and metrics."""
        return f"ScoreReport(models={len(self.names)}, eras={len(self.eras)}, metrics={self.metrics})"


def _rank(mean: float) -> float:
    """Models without a score come last."""
    return -np.inf if np.isnan(mean) else mean


def _figure(size: tuple[float, float]) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install countermark[plots]") from error
    figure = Figure(figsize=size, dpi=110)
    return figure, figure.add_subplot()


def score(
    predictions: Any,
    target: Any,
    eras: Any = None,
    *,
    metrics: Sequence[str] = ("corr",),
    meta_model: Any = None,
    benchmark: Any = None,
    features: Any = None,
    ids: Sequence[str] | None = None,
    mode: str = "per_model",
    cache: FeatureCache | None = None,
    on_progress: Callable[[int, int], bool | None] | None = None,
    cancel: CancelToken | None = None,
) -> ScoreReport:
    """Scores many models over many eras in one call.

    `predictions`: an array `[n, models]`, a mapping of names to columns, a pandas or polars frame, a pyarrow
    table or a DuckDB relation; `features` the same. `target`, `meta_model`, `benchmark`: one value per row.
    `eras`: an int or a str per row. `metrics`: any of corr, mmc, bmc, cwmm, fnc, max_exposure, exposure,
    churn. Arrays in Fortran order and columns that Arrow lends (polars, pyarrow) are not copied where they
    are float64, float32 or int8.
    """
    names, table = _table(predictions, "model")

    def column(values: Any) -> Any:
        return None if values is None else _column(values)

    data = EraData(
        table,
        _column(target),
        column(eras),
        None if ids is None else [str(i) for i in ids],
        column(meta_model),
        column(benchmark),
        None if features is None else _table(features, "feature")[1],
    )
    scores = score_eras(data, list(metrics), mode, cache, on_progress, cancel)
    return ScoreReport(names, scores)


def plot_reliability(events: Sequence[bool], p: Any, bins: int = 10, resamples: int = 1000) -> Any:
    """Forecast probabilities against observed shares, with consistency bands: a matplotlib figure."""
    from ._countermark import reliability_diagram

    found = reliability_diagram(list(events), p, bins, resamples)
    figure, axes = _figure((5.5, 5.5))
    x = [b.forecast for b in found]
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
    if resamples:
        low, high = [b.lower for b in found], [b.upper for b in found]
        axes.vlines(
            x, low, high, color="#7fa7cc", linewidth=6, alpha=0.6, label="90 % of samples if calibrated"
        )
    axes.plot(x, [b.observed for b in found], "o-", color="#1f4e79", label="observed")
    axes.set(xlabel="forecast probability", ylabel="observed share", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Reliability")
    axes.legend(loc="upper left", fontsize=8)
    figure.tight_layout()
    return figure
