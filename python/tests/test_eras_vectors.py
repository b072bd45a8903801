from typing import Any

import numpy as np
import pytest
from conftest import load, unhex

import countermark as cm

V = load("eras.json")
REPORT = load("era_report.json")
COLUMNS = ("predictions", "target", "meta_model", "benchmark", "features")


def table(rows: list[list[Any]]) -> Any:
    """Shape `[rows, columns]`; null is NaN."""
    return np.array(rows, dtype=float).reshape(len(rows), -1 if rows else 1)


def columns(vector: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The columns of the vector's data, but those of `changes` where it has them."""
    given = vector["data"] | {name: x for name, x in changes.items() if name in vector["data"]}
    arrays = {name: given[name] for name in COLUMNS}
    out = {name: None if x is None else np.array(x, dtype=float) for name, x in arrays.items()}
    for name in ("predictions", "features"):
        if given[name] is not None:
            out[name] = table(given[name])
    if out["features"] is not None:
        out["features"] = np.asfortranarray(out["features"].astype(np.int8))
    return out | {"eras": given["eras"], "ids": given["ids"]}


def data(vector: dict[str, Any], changes: dict[str, Any]) -> cm.EraData:
    given = columns(vector, changes)
    return cm.EraData(given.pop("predictions"), given.pop("target"), **given)


def scored(case: dict[str, Any]) -> cm.EraScores:
    return cm.score_eras(data(V, case), case["metrics"], case["mode"])


def terms(of: dict[str, Any]) -> dict[str, Any]:
    threshold = of["threshold"]
    return {
        "multipliers": [float(x) for x in of["multipliers"]],
        "stakes": [int(s) for s in of["stakes"]],
        "pot": int(of["pot"]),
        "clip": of["clip"],
        "threshold": None if threshold is None else int(threshold),
        "share": of["share"],
    }


def run(case: dict[str, Any]) -> Any:
    function, c, mode = case["function"], columns(V, case), case["mode"]
    if function == "score_eras":
        return scored(case)
    if function == "settle":
        return scored(case).settle(**terms(case))
    p, f = c["predictions"], c["features"]
    if function == "neutralize":
        return cm.neutralize(p, f, float(case["proportion"]), mode)
    if function == "feature_exposures":
        return cm.feature_exposures(p, f, mode)
    if function == "feature_neutral_corr":
        return cm.feature_neutral_corr(p, f, c["target"], mode)
    if function == "neutral_correlation":
        return cm.neutral_correlation(p, f, c["target"], case["top_bottom"], mode)
    assert function == "neutral_contribution"
    return cm.neutral_contribution(p, c["meta_model"], f, c["target"], case["top_bottom"], mode)


def close(got: Any, expected: Any, tolerance: float) -> None:
    got, expected = np.array(got, dtype=float), np.array(expected, dtype=float)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


def cases(era: bool) -> list[dict[str, Any]]:
    return [c for c in V["cases"] if (c["function"] == "score_eras") == era]


@pytest.mark.parametrize("case", cases(era=False), ids=lambda c: c["function"])
def test_values_are_those_of_the_original(case: dict[str, Any]) -> None:
    found, expected, tolerance = run(case), case["expected"], V["fnc_tolerance"]
    if case["function"] == "neutralize":
        rows = found.shape[1]
        close(found, [[None] * rows if m is None else m for m in expected], tolerance)
    elif case["function"] == "feature_exposures":
        for got, e in zip(found, expected, strict=True):
            assert (got.feature, got.reason) == (e["feature"], e["reason"])
            close([got.max, got.rms], [e["max"], e["rms"]], V["tolerance"])
    else:
        assert [m.reason for m in found] == case["reasons"]
        close([m.value for m in found], expected, tolerance)


@pytest.mark.parametrize("case", cases(era=True), ids=lambda c: "-".join(c["metrics"]))
def test_every_era_model_and_metric_is_that_of_the_original(case: dict[str, Any]) -> None:
    s, expected = scored(case), case["expected"]
    shape = (len(expected["eras"]), s.models, len(case["metrics"]))
    assert (s.eras, s.metrics, s.scores.shape) == (expected["eras"], case["metrics"], shape)
    values = np.array(expected["scores"], dtype=float).reshape(shape)
    for k, metric in enumerate(case["metrics"]):
        close(s.scores[:, :, k], values[:, :, k], V["fnc_tolerance" if metric == "fnc" else "tolerance"])
    assert [s.reason(e, j) for e in range(shape[0]) for j in range(shape[1])] == expected["reasons"]
    assert [s.error(e) is None for e in range(shape[0])] == [code is None for code in expected["errors"]]
    pairs = [(j, k) for j in range(shape[1]) for k in range(shape[2])]
    for (j, k), e in zip(pairs, expected.get("summaries", []), strict="summaries" in expected):
        got = s.summary(j, k)
        assert (got.eras, got.missing) == (e["eras"], e["missing"])
        for name in ("mean", "sd", "sharpe", "max_drawdown", "autocorrelation"):
            close(getattr(got, name), e[name], V["fnc_tolerance"])
    for settlement in case["settlements"]:
        settled, e = s.settle(**terms(settlement)), settlement["expected"]
        rows = [(r.score, r.rate, str(r.paid), str(r.burned)) for r in settled.rows]
        assert rows == [(r["score"], r["rate"], r["paid"], r["burned"]) for r in e["rows"]]
        totals = [str(x) for x in (settled.paid, settled.burned, settled.remainder)]
        assert totals == [e["paid"], e["burned"], e["remainder"]]


@pytest.mark.parametrize("case", V["refused"], ids=lambda c: f"{c['function']}-{c['code']}")
def test_bad_inputs(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(case)
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])


def prepared() -> cm.Prepared:
    r, t = REPORT, terms(REPORT)
    stated = (r["issuer"], r["issued_at"], r["card"], r["round"], data(r, {}), r["metrics"], r["names"])
    return cm.prepare_era_report(*stated, **t)


def test_the_golden_report_is_made_again_to_the_byte() -> None:
    p, key = prepared(), cm.SecretKey.from_seed(unhex(REPORT["seed"]))
    assert key.address == REPORT["issuer"] and p.digest.hex() == REPORT["digest"].removeprefix("0x")
    receipt = p.finish(key.sign_digest(p.digest))
    assert receipt == unhex(REPORT["receipt"])
    found, expected = cm.verify_era_report(receipt), REPORT["verdict"]
    assert [found.issuer, found.round, found.eras] == [expected[k] for k in ("issuer", "round", "eras")]
    assert (str(found.paid), str(found.remainder)) == (expected["paid"], expected["remainder"])
    for m, e in zip(found.models, expected["models"], strict=True):
        assert (m.name, m.score) == (e["name"], e["score"])
        assert [str(x) for x in (m.stake, m.payout, m.burned)] == [e["stake"], e["payout"], e["burned"]]
    cm.replay_era_report(receipt, data(REPORT, {}))


@pytest.mark.parametrize("case", REPORT["refused"], ids=lambda c: c["id"])
def test_every_change_is_refused_by_its_check(case: dict[str, Any]) -> None:
    receipt = unhex(case.get("receipt", REPORT["receipt"]))
    with pytest.raises(cm.CountermarkError) as caught:
        if "data" in case:
            cm.verify_era_report(receipt)
            cm.replay_era_report(receipt, data(REPORT, case["data"]))
        else:
            cm.verify_era_report(receipt)
    error = caught.value
    assert (error.code, error.kind, error.check) == (case["code"], case["kind"], case["check"])
