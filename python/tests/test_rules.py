from typing import Any

import numpy as np
import pytest

import countermark as cm

Y = np.array([0.3, -1.0, 2.0])
X = np.array([[0.0, 1.0, 2.0, -1.0], [0.5, 0.5, -2.0, 1.0], [3.0, 2.5, 0.0, 1.0]])


def naive(y: float, x: Any, pairs: float) -> float:
    return float(np.abs(x - y).mean() - np.abs(x[:, None] - x).sum() / (2 * pairs))


@pytest.mark.parametrize("estimator", ["nrg", "qd", "int", "fair", "pwm"])
def test_ensemble_crps_is_its_definition(estimator: str) -> None:
    m = X.shape[1]
    pairs = m * (m - 1) if estimator in ("fair", "pwm") else m * m
    got = cm.crps_ensemble(Y, X, estimator)
    np.testing.assert_allclose(got, [naive(y, x, pairs) for y, x in zip(Y, X, strict=True)], atol=1e-15)
    for same in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X.astype(np.float32)):
        np.testing.assert_allclose(cm.crps_ensemble(Y, same, estimator), got, atol=1e-15)
    even = cm.crps_ensemble(Y, X, estimator, weights=np.full_like(X, 2.0))
    np.testing.assert_allclose(even, got, atol=1e-12)


def test_closed_forms() -> None:
    np.testing.assert_allclose(cm.crps("normal", [0.0], [[0.0], [1.0]]), [0.2336949772551092], rtol=1e-14)
    np.testing.assert_allclose(cm.crps("negbinom", [2.0], [[5.0], [0.5]]), [1.5533629909058577], rtol=1e-12)
    np.testing.assert_allclose(cm.log_score("exponential", [2.0], [[1.5]]), [3.0 - np.log(1.5)], rtol=1e-14)
    mixture = [[-1.0], [1.0], [1.0], [2.0], [0.5], [0.5]]
    assert cm.pit("mixnorm", [0.0], mixture)[0] == pytest.approx(0.5749411, abs=1e-6)


def test_other_scores() -> None:
    assert cm.quantile_score([1.0, 3.0], [2.0, 2.0], 0.75).tolist() == [0.25, 0.75]
    assert cm.interval_score([0.5, 3.0], [0.0, 0.0], [1.0, 1.0], 0.5).tolist() == [1.0, 9.0]
    assert cm.crps_quantile([0.5], [[0.0, 1.0]], [0.25, 0.75]).tolist() == [0.25]
    assert cm.weighted_interval_score([1.5], [0.5], [[0.0]], [[1.0]], [0.5]).tolist() == [1.25 / 1.5]
    assert cm.brier_score([True, False], [0.75, 0.5]).tolist() == [0.0625, 0.25]
    assert cm.rps_score([2], [[0.5, 0.25, 0.25]]).tolist() == [0.8125]
    assert cm.energy_score([[0.0, 0.0]], [[[3.0, 4.0], [0.0, 0.0]]]).tolist() == [1.25]
    assert cm.variogram_score([[0.0, 4.0]], [[[1.0, 2.0]]]).tolist() == [2.0]
    d = cm.brier_decomposition([True, False, True, True], [0.5, 0.5, 1.0, 1.0])
    assert (d.reliability, d.resolution, d.uncertainty) == (0.0, 0.0625, 0.1875)
    bins = cm.reliability_diagram([False, True, True, True], [0.1, 0.2, 0.9, 0.8], bins=2, resamples=100)
    assert [(b.count, b.observed) for b in bins] == [(2, 0.5), (2, 1.0)]
    assert cm.expected_calibration_error([True, False], [1.0, 0.5]) == [0.25, 0.5]
    assert cm.murphy_diagram([1.0], [0.25], [0.0, 0.5, 2.0]).tolist() == [0.0, 0.5, 0.0]
    assert cm.pit_histogram([0.1, 0.6, 1.0], 2) == [1, 2]
    test = cm.diebold_mariano([1.0, 2.0, 1.5, 2.5, 1.0, 2.0], [1.5, 2.2, 2.5, 2.6, 1.5, 2.9])
    assert test.mean_difference < 0 and test.p_value < 0.05


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cm.crps_ensemble([np.nan], [[1.0, 2.0]]), "non_finite"),
        (lambda: cm.crps_ensemble([1.0], [[1.0, np.inf]]), "non_finite"),
        (lambda: cm.crps_ensemble([1.0], [[1.0]], "fair"), "too_few_rows"),
        (lambda: cm.crps_ensemble([1.0, 2.0], [[1.0, 2.0]]), "length_mismatch"),
        (lambda: cm.crps_ensemble([1.0], [[1.0, 2.0]], "best"), "invalid_text"),
        (lambda: cm.crps_ensemble([1.0], [[1.0, 2.0]], weights=[[-1.0, 2.0]]), "out_of_range"),
        (lambda: cm.crps("normal", [0.0, 1.0], [[0.0], [1.0, -1.0]]), "out_of_range"),
        (lambda: cm.crps("gumbel", [0.0], [[0.0]]), "invalid_text"),
        (lambda: cm.crps("normal", [0.0], [[0.0]]), "length_mismatch"),
        (lambda: cm.brier_score([True], [1.5]), "out_of_range"),
        (lambda: cm.rps_score([3], [[0.5, 0.5]]), "out_of_range"),
        (lambda: cm.spherical_score([0], [[0.9, 0.9]]), "out_of_range"),
        (lambda: cm.quantile_score([1.0], [1.0], 1.0), "out_of_range"),
        (lambda: cm.diebold_mariano([1.0], [1.0]), "too_few_rows"),
    ],
)
def test_refused(call: Any, code: str) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        call()
    assert caught.value.code == code
