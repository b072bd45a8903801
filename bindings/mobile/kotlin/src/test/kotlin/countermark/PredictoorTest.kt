package countermark

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import kotlin.math.abs
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.DirectionMetrics
import uniffi.countermark_mobile.directionMetrics
import uniffi.countermark_mobile.feedAccuracy
import uniffi.countermark_mobile.predictoorProfit
import uniffi.countermark_mobile.regressionErrors
import uniffi.countermark_mobile.runningMetrics
import uniffi.countermark_mobile.settleRound
import uniffi.countermark_mobile.traderProfit

class PredictoorTest {
    private val vectors = Vectors.load("predictoor.json")
    private val truth = flags(vectors.list("truth"))
    private val probUp = floats(vectors.list("prob_up"))

    private fun flags(values: JsonArray): List<Boolean> = values.map { it.asBoolean }

    private fun near(expected: List<Double>, got: List<Double>) {
        assertEquals(expected.size, got.size)
        expected.zip(got).forEach { (e, g) -> assertTrue(abs(g - e) <= 1e-12 * maxOf(1.0, abs(e)), "$g is not $e") }
    }

    private fun near(expected: JsonArray, got: List<Double>) = near(expected.map { it.asDouble }, got)

    private fun same(expected: JsonElement, m: DirectionMetrics) =
        near(
            listOf("accuracy", "accuracy_lower", "accuracy_upper", "precision", "recall", "f1", "log_loss")
                .map { expected[it].asDouble },
            listOf(m.accuracy, m.accuracyLower, m.accuracyUpper, m.precision, m.recall, m.f1, m.logLoss),
        )

    @TestFactory
    fun rounds(): List<DynamicTest> =
        vectors.list("rounds").mapIndexed { at, case ->
            dynamicTest("round $at") {
                val happened = case["truth"].takeUnless { it.isJsonNull }?.asBoolean
                val settle = {
                    val stakes = case.list("stakes").map { it.asString }
                    settleRound(flags(case.list("up")), stakes, case.text("revenue"), happened)
                }
                val code = case.textOrNull("code")
                if (code != null) refused(code, case.text("kind")) { settle() }
                else {
                    val s = settle()
                    assertEquals(case.list("payouts").map { it.asString }, s.payouts)
                    assertEquals(
                        listOf("status", "sum_up", "sum", "slashed", "left").map { case.text(it) },
                        listOf(s.status, s.sumUp, s.sum, s.slashed, s.left),
                    )
                }
            }
        }

    @Test
    fun `accuracy of a feed`() {
        val a = vectors["accuracy"]
        val accuracy = { canceled: List<Boolean> ->
            feedAccuracy(
                a.list("starts").map { it.asLong.toULong() },
                floats(a.list("staked_up")),
                floats(a.list("staked")),
                a.list("truth").map { if (it.isJsonNull) null else it.asBoolean },
                canceled,
                a["day"].asLong.toULong(),
            )
        }
        val got = accuracy(flags(a.list("canceled")))
        val e = a["expected"]
        near(
            listOf("correct", "evaluated", "percent", "staked_yesterday", "staked_today").map { e[it].asDouble },
            listOf(
                got.correct.toDouble(), got.evaluated.toDouble(), got.percent, got.stakedYesterday, got.stakedToday,
            ),
        )
        refused("length_mismatch", "shape") { accuracy(listOf()) }
    }

    @Test
    fun metrics() {
        val running = runningMetrics(truth, probUp)
        val expected = vectors.list("metrics")
        assertEquals(expected.size(), running.size)
        expected.zip(running).forEach { (e, m) -> same(e, m) }
        same(expected.last(), directionMetrics(truth, probUp))
        val r = vectors["regression"]
        val errors = { forecast: String, form: String ->
            regressionErrors(floats(r.list("price")), floats(r.list("next_price")), floats(r.list(forecast)), form)
        }
        near(r.list("errors"), errors("forecast", "relative_change"))
        near(r.list("price_errors"), errors("price_forecast", "price"))
    }

    @Test
    fun profits() {
        val p = vectors["predictoor"]
        val predictoor = listOf("stake", "others_stake", "others_accuracy", "revenue").map { p[it].asDouble }
        near(
            p.list("profit"),
            predictoorProfit(probUp, truth, predictoor[0], predictoor[1], predictoor[2], predictoor[3]),
        )
        val t = vectors["trader"]
        val (amount, fee, take, stop, confidence) =
            listOf("amount", "fee", "take_profit", "stop_loss", "confidence_threshold").map { t[it].asDouble }
        val (close, high, low) = listOf("close", "high", "low").map { floats(t.list(it)) }
        near(t.list("profit"), traderProfit(probUp, close, high, low, amount, fee, take, stop, confidence))
    }

    @Test
    fun `bad inputs`() {
        val one = packed(listOf(0.5))
        refused("too_few_rows") { directionMetrics(listOf(), packed(listOf())) }
        refused("non_finite") { directionMetrics(listOf(true), packed(listOf(Double.NaN))) }
        refused("out_of_range", "range") { directionMetrics(listOf(true), packed(listOf(1.1))) }
        refused("length_mismatch") { runningMetrics(listOf(true), packed(listOf(0.1, 0.2))) }
        refused("invalid_text") { regressionErrors(one, one, one, "absolute") }
        refused("invalid_text") { settleRound(listOf(true), listOf("-1"), "0", null) }
        refused("out_of_range") { predictoorProfit(one, listOf(true), -1.0, 1.0, 0.5, 0.0) }
    }
}
