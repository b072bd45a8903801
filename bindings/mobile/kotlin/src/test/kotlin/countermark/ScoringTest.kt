package countermark

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.correlationContribution
import uniffi.countermark_mobile.numeraiCorr
import uniffi.countermark_mobile.scoreModels
import uniffi.countermark_mobile.settlePot

class ScoringTest {
    private val vectors = Vectors.load("scoring.json")
    private val tolerance = vectors["tolerance"].asDouble
    private val target = floats(vectors.list("target"))
    private val meta = floats(vectors.list("meta_model"))

    @TestFactory
    fun models(): List<DynamicTest> =
        vectors.list("models").map { model ->
            dynamicTest(model.text("name")) {
                val predictions = floats(model.list("predictions"))
                val code = model.textOrNull("code")
                if (code == null) {
                    assertEquals(model["corr"].asDouble, numeraiCorr(predictions, target), tolerance)
                    assertEquals(model["mmc"].asDouble, correlationContribution(predictions, meta, target), tolerance)
                } else {
                    refused(code, model.text("kind")) { numeraiCorr(predictions, target) }
                    refused(code, model.text("kind")) { correlationContribution(predictions, meta, target) }
                    refused(code, model.text("kind")) { scoreModels(predictions, target, meta, "strict") }
                }
            }
        }

    @Test
    fun `many models in one call`() {
        val models = vectors.list("models")
        val rows = vectors.list("target").size()
        val matrix = (0 until rows).flatMap { row -> models.map { it.list("predictions")[row] } }
        val scores = scoreModels(floats(matrix), target, meta, "per_model")
        models.zip(scores).forEach { (model, score) ->
            assertEquals(model.textOrNull("code"), score.reason)
            if (score.reason == null) {
                assertEquals(model["corr"].asDouble, score.corr, tolerance)
                assertEquals(model["mmc"].asDouble, score.mmc, tolerance)
            } else assertTrue(score.corr.isNaN())
        }
    }

    @Test
    fun `lengths and modes are checked`() {
        refused("length_mismatch", "shape") { numeraiCorr(meta.copyOf(56), target) }
        refused("length_mismatch", "shape") { numeraiCorr(meta.copyOf(61), target) }
        refused("length_mismatch", "shape") { scoreModels(meta.copyOf(56), target, null, "strict") }
        refused("invalid_text", "invalid") { scoreModels(meta, target, null, "lenient") }
    }

    @TestFactory
    fun settlements(): List<DynamicTest> =
        vectors.list("settlements").mapIndexed { at, case ->
            dynamicTest("settlement $at") {
                val settle = {
                    settlePot(
                        case.text("pot"),
                        case.list("scores").map { it.asDouble },
                        case.list("stakes").map { it.asString },
                        case["clip"].asDouble,
                        case.textOrNull("threshold"),
                        case.text("share"),
                    )
                }
                val code = case.textOrNull("code")
                if (code != null) refused(code, case.text("kind")) { settle() }
                else {
                    val settled = settle()
                    assertEquals(case.list("paid").map { it.asString }, settled.rows.map { it.paid })
                    assertEquals(case.list("burned").map { it.asString }, settled.rows.map { it.burned })
                    assertEquals(case.text("remainder"), settled.remainder)
                }
            }
        }

    @Test
    fun `amounts are plain decimals`() {
        for (pot in listOf("-1", "1e3", "0x10", "", "1".repeat(79))) {
            refused("invalid_text") { settlePot(pot, listOf(0.1), listOf("1"), 0.05, null, "whole_pot") }
        }
        refused("out_of_range") { settlePot("1", listOf(Double.NaN), listOf("1"), 0.05, null, "whole_pot") }
    }
}
