import gc
from typing import Any

import numpy as np
import pytest

import countermark as cm

RNG = np.random.default_rng(3)
ROWS, ERAS, MODELS = 60, 4, 6
N = ROWS * ERAS
ERA = np.repeat(np.arange(ERAS), ROWS)
TARGET = RNG.integers(0, 5, N) / 4
PREDICTIONS = np.asfortranarray(RNG.random((N, MODELS)) + 0.3 * TARGET[:, None])
META = PREDICTIONS.mean(axis=1)
FEATURES = np.asfortranarray(RNG.integers(-128, 128, (N, 7)).astype(np.int8))
METRICS = ["corr", "mmc", "bmc", "cwmm", "fnc", "max_exposure", "exposure", "churn"]


def data(predictions: Any = PREDICTIONS, **more: Any) -> cm.EraData:
    given = {"eras": ERA.tolist(), "meta_model": META, "benchmark": META, "features": FEATURES} | more
    return cm.EraData(predictions, TARGET, **given)


def test_each_era_is_scored_as_if_alone() -> None:
    s = cm.score_eras(data(), METRICS)
    assert (s.eras, s.metrics, s.models) == ([str(e) for e in range(ERAS)], METRICS, MODELS)
    assert s.scores.shape == (ERAS, MODELS, len(METRICS))
    for e in range(ERAS):
        rows = ERA == e
        p, t, m, f = PREDICTIONS[rows], TARGET[rows], META[rows], FEATURES[rows]
        scored = cm.score_models(p, t, m)
        assert s.scores[e, :, 0].tolist() == [x.corr for x in scored]
        assert s.scores[e, :, 1].tolist() == [x.mmc for x in scored]
        fnc = [x.value for x in cm.feature_neutral_corr(p, f, t)]
        np.testing.assert_allclose(s.scores[e, :, 4], fnc, atol=1e-12)
        exposed = cm.feature_exposures(p, f)
        np.testing.assert_allclose(s.scores[e, :, 5], [x.max for x in exposed], atol=1e-12)
        np.testing.assert_allclose(s.scores[e, :, 6], [x.rms for x in exposed], atol=1e-12)
    assert np.isnan(s.scores[0, :, 7]).all() and not np.isnan(s.scores[1:, :, 7]).any()


def test_order_of_rows_layout_and_type_do_not_matter() -> None:
    expected = cm.score_eras(data(), METRICS[:7]).scores
    order = RNG.permutation(N)
    shuffled = cm.EraData(
        PREDICTIONS[order],
        TARGET[order],
        eras=[f"{e}" for e in ERA[order]],
        meta_model=META[order],
        benchmark=META[order],
        features=FEATURES[order].astype(np.float32)[:, :],
    )
    np.testing.assert_allclose(cm.score_eras(shuffled, METRICS[:7]).scores, expected, atol=1e-12)
    wide = np.repeat(PREDICTIONS, 2, axis=1)[:, ::2]
    assert (cm.score_eras(data(wide), METRICS[:7]).scores == expected).all()


def test_bad_models_and_bad_eras_are_named_and_the_others_untouched() -> None:
    expected = cm.score_eras(data(), ["corr", "mmc"]).scores
    spoiled, target = PREDICTIONS.copy(order="F"), TARGET.copy()
    spoiled[ERA == 1, 2] = 0.5
    spoiled[7, 3] = np.nan
    target[ERA == 3] = 0.25
    s = cm.score_eras(cm.EraData(spoiled, target, eras=ERA.tolist(), meta_model=META), ["corr", "mmc"])
    assert (s.reason(1, 2), s.reason(0, 3), s.reason(0, 2)) == ("constant_column", "non_finite", None)
    assert s.error(3) is not None and s.error(0) is None
    good = [(e, m) for e in range(3) for m in range(MODELS) if (e, m) not in ((1, 2), (0, 3))]
    for e, m in good:
        assert (s.scores[e, m] == expected[e, m]).all()
    with pytest.raises(cm.CountermarkError) as caught:
        cm.score_eras(data(spoiled), ["corr"], mode="strict")
    assert caught.value.code in ("constant_column", "non_finite")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cm.score_eras(cm.EraData(PREDICTIONS, TARGET), ["mmc"]), "metric_input_missing"),
        (lambda: cm.score_eras(data(), ["corr", "corr"]), "out_of_range"),
        (lambda: cm.score_eras(data(), ["tc"]), "invalid_text"),
        (lambda: cm.score_eras(data(eras=[1, 2]), ["corr"]), "length_mismatch"),
        (lambda: cm.score_eras(data(ids=["a"]), ["churn"]), "length_mismatch"),
        (lambda: cm.feature_neutral_corr(PREDICTIONS, FEATURES[:5], TARGET), "length_mismatch"),
        (lambda: cm.neutralize(PREDICTIONS, FEATURES, float("nan")), "out_of_range"),
    ],
)
def test_refused(call: Any, code: str) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        call()
    assert caught.value.code == code


def test_progress_and_cancel() -> None:
    seen: list[tuple[int, int]] = []
    cm.score_eras(data(), ["corr"], on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (ERAS, ERAS)
    with pytest.raises(cm.CancelledError):
        cm.score_eras(data(), ["corr"], on_progress=lambda done, total: False)
    token = cm.CancelToken()
    token.cancel()
    with pytest.raises(cm.CancelledError):
        cm.score_eras(data(), ["corr"], cancel=token)

    def broken(done: int, total: int) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError):
        cm.score_eras(data(), ["corr"], on_progress=broken)


def test_cache_gives_the_same_bits() -> None:
    cache = cm.FeatureCache(16)
    first = cm.feature_neutral_corr(PREDICTIONS, FEATURES, TARGET, cache=cache)
    again = cm.feature_neutral_corr(PREDICTIONS, FEATURES.copy(), TARGET, cache=cache)
    assert [s.value for s in first] == [s.value for s in again]
    assert cache.hits == 1 and cache.bytes > 0


def test_report_is_signed_checked_and_replayed() -> None:
    key = cm.SecretKey.from_seed(bytes(range(32)))
    args = ("round 1", data(), ["corr", "mmc"], [f"m{j}" for j in range(MODELS)], [0.5, 2.0])
    prepared = cm.prepare_era_report(
        key.address, 1_700_000_000, "0x" + "11" * 32, *args, [1000 + j for j in range(MODELS)], 10**6
    )
    receipt = prepared.finish(key.sign_digest(prepared.digest))
    verdict = cm.verify_era_report(receipt)
    assert verdict.issuer == key.address and [m.name for m in verdict.models] == args[3]
    assert sum(m.payout for m in verdict.models) == verdict.paid > 0
    cm.replay_era_report(receipt, data())
    gc.collect()
    with pytest.raises(cm.ProofError) as caught:
        cm.replay_era_report(receipt, data(np.asfortranarray(PREDICTIONS[:, ::-1])))
    assert caught.value.code == "score_mismatch"
    for i in range(0, len(receipt), 37):
        forged = bytearray(receipt)
        forged[i] ^= 1
        with pytest.raises(cm.CountermarkError):
            cm.verify_era_report(bytes(forged))


def test_score_report() -> None:
    named = {f"model {j}": PREDICTIONS[:, j] for j in range(MODELS)}
    named["dead"] = np.full(N, 0.5)
    r = cm.score(named, TARGET, ERA, metrics=["corr", "mmc"], meta_model=META)
    assert r.bad == {"dead": {str(e): "constant_column" for e in range(ERAS)}}
    assert (r.scores[:, :MODELS] == cm.score_eras(data(), ["corr", "mmc"]).scores).all()
    settled = r.settle({name: 1000 for name in named}, multipliers={"corr": 1.0, "mmc": 0.5})
    assert settled.pot + settled.burned == settled.paid + settled.remainder
    assert len(r.summary()) == 14 and "dead" in r._repr_html_() and "constant_column" in r._repr_html_()
    assert r.to_pandas().shape == (28, 4) and r.to_polars().shape == (28, 4)
    for figure in (r.plot("mmc"), r.plot_payouts(settled)):
        assert figure.axes
    with pytest.raises(ValueError, match="was not scored"):
        r.plot("fnc")
    with pytest.raises(ValueError, match="not scored: x"):
        r.settle({"x": 1})


def test_frames_of_any_library() -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    columns = {f"m{j}": PREDICTIONS[:, j] for j in range(MODELS)}
    expected = cm.score(columns, TARGET, ERA).scores
    for frame in (pandas.DataFrame(columns), polars.DataFrame(columns)):
        r = cm.score(frame, type(frame)({"t": TARGET})["t"], ERA)
        assert r.names == list(columns) and (r.scores == expected).all()
