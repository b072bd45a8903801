package countermark

import com.google.gson.JsonElement
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.binaryLogScore
import uniffi.countermark_mobile.brierDecomposition
import uniffi.countermark_mobile.brierScore
import uniffi.countermark_mobile.categoricalLogScore
import uniffi.countermark_mobile.crps
import uniffi.countermark_mobile.crpsEnsemble
import uniffi.countermark_mobile.crpsQuantile
import uniffi.countermark_mobile.dieboldMariano
import uniffi.countermark_mobile.energyScore
import uniffi.countermark_mobile.expectedCalibrationError
import uniffi.countermark_mobile.intervalScore
import uniffi.countermark_mobile.logScore
import uniffi.countermark_mobile.murphyDiagram
import uniffi.countermark_mobile.owcrpsEnsemble
import uniffi.countermark_mobile.pit
import uniffi.countermark_mobile.pitEnsemble
import uniffi.countermark_mobile.pitHistogram
import uniffi.countermark_mobile.quantileScore
import uniffi.countermark_mobile.rankedLogScore
import uniffi.countermark_mobile.reliabilityDiagram
import uniffi.countermark_mobile.rpsScore
import uniffi.countermark_mobile.sphericalScore
import uniffi.countermark_mobile.twcrpsEnsemble
import uniffi.countermark_mobile.variogramScore
import uniffi.countermark_mobile.vrcrpsEnsemble
import uniffi.countermark_mobile.weightedIntervalScore

class RulesTest {
    private val vectors = Vectors.load("rules.json")

    private fun array(c: JsonElement, name: String): ByteArray = packed(numbers(c[name]))

    private fun number(c: JsonElement, name: String): Double = numbers(c[name]).single()

    private fun flags(c: JsonElement): List<Boolean> = c.list("events").map { it.asBoolean }

    private fun count(c: JsonElement, name: String): UInt = c[name].asInt.toUInt()

    private fun weights(c: JsonElement): ByteArray? = c.numbersOrNull("weights")?.let { packed(it) }

    private fun width(c: JsonElement): UInt = c.list("observations")[0].asJsonArray.size().toUInt()

    private fun run(c: JsonElement): List<Double> {
        val y = { array(c, "observations") }
        val x = { array(c, "forecasts") }
        val p = { array(c, "p") }
        val range = { number(c, "lower") to number(c, "upper") }
        val categories = { c.list("categories").map { it.asInt.toUInt() } }
        val parameters = { c.list("parameters").map { numbers(it) } }
        return when (c.text("function")) {
            "crps_ensemble" -> crpsEnsemble(y(), x(), c.text("estimator"), weights(c))
            "twcrps_ensemble" -> range().let { (l, u) -> twcrpsEnsemble(y(), x(), l, u, c.text("estimator"), weights(c)) }
            "owcrps_ensemble" -> range().let { (l, u) -> owcrpsEnsemble(y(), x(), l, u, weights(c)) }
            "vrcrps_ensemble" -> range().let { (l, u) -> vrcrpsEnsemble(y(), x(), l, u, weights(c)) }
            "energy_score" -> energyScore(y(), x(), width(c), c["fair"].asBoolean)
            "variogram_score" -> variogramScore(y(), x(), width(c), number(c, "p"), c.numbersOrNull("weights"))
            "crps" -> crps(c.text("family"), y(), parameters())
            "log_score" -> logScore(c.text("family"), y(), parameters())
            "pit" -> pit(c.text("family"), y(), parameters())
            "quantile_score" -> quantileScore(y(), array(c, "quantiles"), number(c, "alpha"))
            "crps_quantile" -> crpsQuantile(y(), array(c, "quantiles"), numbers(c["alpha"]))
            "interval_score" -> intervalScore(y(), array(c, "lower"), array(c, "upper"), number(c, "alpha"))
            "weighted_interval_score" ->
                weightedIntervalScore(y(), array(c, "median"), array(c, "lower"), array(c, "upper"), numbers(c["alpha"]))
            "brier_score" -> brierScore(flags(c), p())
            "binary_log_score" -> binaryLogScore(flags(c), p())
            "categorical_log_score" -> categoricalLogScore(categories(), p())
            "spherical_score" -> sphericalScore(categories(), p())
            "rps_score" -> rpsScore(categories(), p())
            "ranked_log_score" -> rankedLogScore(categories(), p())
            "reliability_diagram" ->
                reliabilityDiagram(flags(c), p(), count(c, "bins"), count(c, "resamples"), unhex(c.text("seed")))
                    .flatMap { listOf(it.count.toDouble(), it.forecast, it.observed, it.lower, it.upper) }
            "expected_calibration_error" -> expectedCalibrationError(flags(c), p(), count(c, "bins"))
            "brier_decomposition" ->
                brierDecomposition(flags(c), p(), c.numbersOrNull("bins")?.single()?.toInt()?.toUInt())
                    .let { listOf(it.reliability, it.resolution, it.uncertainty) }
            "murphy_diagram" -> murphyDiagram(y(), x(), numbers(c["thresholds"]))
            "pit_ensemble" -> pitEnsemble(y(), x(), unhex(c.text("seed")))
            "pit_histogram" -> pitHistogram(array(c, "pit"), count(c, "bins")).map { it.toDouble() }
            else ->
                dieboldMariano(array(c, "first"), array(c, "second"), count(c, "horizon"))
                    .let { listOf(it.meanDifference, it.statistic, it.pValue) }
        }
    }

    /** The numbers of lists and of records, in order. */
    private fun flat(expected: JsonElement): List<Double> =
        when {
            expected.isJsonArray -> expected.asJsonArray.flatMap { flat(it) }
            expected.isJsonObject -> expected.asJsonObject.entrySet().flatMap { flat(it.value) }
            else -> numbers(expected)
        }

    @TestFactory
    fun `scores are those of the original`(): List<DynamicTest> =
        vectors.list("cases").mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") {
                val tolerance = (c.asJsonObject.get("tolerance") ?: vectors["tolerance"]).asDouble
                near(flat(c["expected"]), run(c), tolerance)
            }
        }

    /** Whether only the shape is wrong, which a flat array does not have. */
    private fun shapeless(c: JsonElement): Boolean {
        val rows = (c.asJsonObject.get("observations") ?: c.asJsonObject.get("categories"))?.asJsonArray?.size() ?: return false
        val matrices = listOf("forecasts", "p", "quantiles").mapNotNull { c.asJsonObject.get(it) }.filter { it.isJsonArray }
        return c.text("code") == "length_mismatch" && matrices.filter { it.asJsonArray.firstOrNull()?.isJsonArray == true }.any {
            numbers(it).size % rows == 0 && (it.asJsonArray.size() != rows || c.text("function") == "energy_score")
        }
    }

    @TestFactory
    fun `bad forecasts`(): List<DynamicTest> =
        vectors.list("refused").filterNot { shapeless(it) }.mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") { refused(c.text("code"), c.text("kind")) { run(c) } }
        }
}
