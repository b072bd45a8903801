package countermark

import com.google.gson.JsonElement
import kotlin.math.abs
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.Aggregation
import uniffi.countermark_mobile.dawidSkene
import uniffi.countermark_mobile.glad
import uniffi.countermark_mobile.majorityVote
import uniffi.countermark_mobile.oneCoinDawidSkene
import uniffi.countermark_mobile.wawa
import uniffi.countermark_mobile.zeroBasedSkill

class LabelsTest {
    private val vectors = Vectors.load("labels.json")

    private fun numbers(from: JsonElement, name: String): List<Double>? =
        from.asJsonObject.getAsJsonArray(name)?.map { if (it.isJsonNull) Double.NaN else it.asDouble }

    private fun codes(from: JsonElement, name: String): List<UInt> = numbers(from, name).orEmpty().map { it.toUInt() }

    private fun number(from: JsonElement, name: String, usual: Double): Double = from.asJsonObject.get(name)?.asDouble ?: usual

    private fun run(columns: JsonElement, case: JsonElement): Aggregation {
        val (t, w, l) = listOf("tasks", "workers", "labels").map { codes(columns, it) }
        val iterations = number(case, "iterations", 100.0).toUInt()
        val tolerance = number(case, "tolerance", 1e-5)
        return when (case.text("function")) {
            "majority_vote" -> majorityVote(t, w, l, numbers(case, "skills"), "error", null)
            "wawa" -> wawa(t, w, l)
            "zero_based_skill" ->
                zeroBasedSkill(t, w, l, iterations, 1.0, number(case, "steps_to_reduce", 20.0).toUInt(), 0.5, 1e-5)
            "one_coin_dawid_skene" -> oneCoinDawidSkene(t, w, l, iterations, tolerance)
            "glad" -> glad(t, w, l, iterations, tolerance, null)
            else -> {
                val gold = codes(case, "gold_tasks").zip(codes(case, "gold_labels")).flatMap { (task, label) -> listOf(task, label) }
                val initial = numbers(case, "initial_errors")
                dawidSkene(t, w, l, iterations, tolerance, gold, initial, case.textOrNull("strategy"))
            }
        }
    }

    @TestFactory
    fun `labels are those of the original`(): List<DynamicTest> =
        vectors.list("cases").mapIndexed { at, case ->
            dynamicTest("$at ${case.text("function")}") {
                val found = run(vectors, case)
                val expected = case["expected"]
                assertEquals(codes(expected, "labels"), found.labels)
                val tolerance = vectors[if (case.text("function") == "glad") "glad_tolerance" else "tolerance"].asDouble
                mapOf(
                    "probabilities" to found.probabilities, "skills" to found.skills, "priors" to found.priors,
                    "errors" to found.errors, "easiness" to found.easiness, "loss_history" to found.lossHistory,
                ).forEach { (name, got) ->
                    val values = numbers(expected, name).orEmpty()
                    assertEquals(values.size, got.size, name)
                    values.zip(got).forEach { (e, g) ->
                        assertTrue(e.isNaN() && g.isNaN() || abs(g - e) <= tolerance * maxOf(1.0, abs(e)), "$name: $g is not $e")
                    }
                }
            }
        }

    @TestFactory
    fun `bad answers`(): List<DynamicTest> =
        vectors.list("refused").mapIndexed { at, case ->
            dynamicTest("$at ${case.text("function")}") { refused(case.text("code"), case.text("kind")) { run(case, case) } }
        }

    @Test
    fun `a choice there is not`() {
        val (t, w, l) = listOf("tasks", "workers", "labels").map { codes(vectors, it) }
        refused("invalid_text") { majorityVote(t, w, l, null, "guess", null) }
    }
}
