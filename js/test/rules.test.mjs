import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { camel, floats, load, near, unhex } from './vectors.mjs'

const V = load('rules.json')

// Arguments in order: of arrays of floats, flat; as they are; of bytes.
const ARGUMENTS = {
  crps_ensemble: ['#observations', '#forecasts', 'estimator', '#weights'],
  twcrps_ensemble: ['#observations', '#forecasts', 'lower', 'upper', 'estimator', '#weights'],
  owcrps_ensemble: ['#observations', '#forecasts', 'lower', 'upper', '#weights'],
  vrcrps_ensemble: ['#observations', '#forecasts', 'lower', 'upper', '#weights'],
  energy_score: ['#observations', '#forecasts', 'dimensions', 'fair'],
  variogram_score: ['#observations', '#forecasts', 'dimensions', 'p', '#weights'],
  crps: ['family', '#observations', 'parameters'],
  log_score: ['family', '#observations', 'parameters'],
  pit: ['family', '#observations', 'parameters'],
  quantile_score: ['#observations', '#quantiles', 'alpha'],
  crps_quantile: ['#observations', '#quantiles', '#alpha'],
  interval_score: ['#observations', '#lower', '#upper', 'alpha'],
  weighted_interval_score: ['#observations', '#median', '#lower', '#upper', '#alpha'],
  brier_score: ['events', '#p'],
  binary_log_score: ['events', '#p'],
  categorical_log_score: ['categories', '#p'],
  spherical_score: ['categories', '#p'],
  rps_score: ['categories', '#p'],
  ranked_log_score: ['categories', '#p'],
  reliability_diagram: ['events', '#p', 'bins', 'resamples', 'seed'],
  expected_calibration_error: ['events', '#p', 'bins'],
  brier_decomposition: ['events', '#p', 'bins'],
  murphy_diagram: ['#observations', '#forecasts', '#thresholds'],
  pit_ensemble: ['#observations', '#forecasts', 'seed'],
  pit_histogram: ['#pit', 'bins'],
  diebold_mariano: ['#first', '#second', 'horizon'],
}

function argument(c, name) {
  if (name.startsWith('#')) return floats(c[name.slice(1)])
  switch (name) {
    case 'parameters': return c.parameters.map(floats)
    case 'categories': return Uint32Array.from(c.categories)
    case 'seed': return c.seed && unhex(c.seed)
    case 'dimensions': return c.observations[0].length
    default: return c[name] ?? undefined
  }
}

const run = async (c) => cm[camel(c.function)](...ARGUMENTS[c.function].map((name) => argument(c, name)))

for (const [at, c] of V.cases.entries()) {
  test(`rules ${at}: ${c.function}`, async () => near(await run(c), c.expected, c.tolerance ?? V.tolerance))
}

/** Whether only the shape is wrong, which a flat array does not have. */
function shapeless(c) {
  const rows = (c.observations ?? c.categories)?.length
  const matrices = [c.forecasts, c.p, c.quantiles].filter((x) => Array.isArray(x?.[0]))
  const fits = (x) => x.flat(2).length % rows === 0 && (x.length !== rows || c.function === 'energy_score')
  return c.code === 'length_mismatch' && matrices.some(fits)
}

for (const [at, c] of V.refused.entries()) {
  if (shapeless(c)) continue
  test(`refused ${at}: ${c.function}`, async () => {
    await assert.rejects(run(c), { code: c.code, kind: c.kind })
  })
}

test('an argument of the wrong type', () => {
  assert.throws(() => cm.brierScore([true], 'x'), { code: 'ERR_INVALID_ARG_TYPE' })
})
