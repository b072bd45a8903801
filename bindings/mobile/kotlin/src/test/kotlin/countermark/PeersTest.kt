package countermark

import com.google.gson.JsonElement
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.bayesianTruthSerum
import uniffi.countermark_mobile.cohenKappa
import uniffi.countermark_mobile.correlatedAgreement
import uniffi.countermark_mobile.determinantMutualInformation
import uniffi.countermark_mobile.fleissKappa
import uniffi.countermark_mobile.krippendorffAlpha
import uniffi.countermark_mobile.outputAgreement
import uniffi.countermark_mobile.peerTruthSerum
import uniffi.countermark_mobile.robustBayesianTruthSerum
import uniffi.countermark_mobile.scottPi
import uniffi.countermark_mobile.surrogateScores

class PeersTest {
    private val vectors = Vectors.load("peers.json")

    private fun codes(c: JsonElement, name: String): List<UInt> = numbers(c[name]).map { it.toUInt() }

    private fun flags(c: JsonElement, name: String): List<Boolean> = c.list(name).map { it.asBoolean }

    private fun width(c: JsonElement, name: String): UInt = (c.list(name).firstOrNull()?.asJsonArray?.size() ?: 0).toUInt()

    private fun run(c: JsonElement): List<Double> {
        val labels = { c["labels"].asLong.toUInt() }
        val pair = { a: String, b: String -> codes(c, a) to codes(c, b) }
        return when (c.text("function")) {
            "cohen_kappa" -> pair("a", "b").let { (a, b) -> listOf(cohenKappa(a, b, labels(), c.textOrNull("weights"))) }
            "scott_pi" -> pair("a", "b").let { (a, b) -> listOf(scottPi(a, b, labels())) }
            "fleiss_kappa" -> listOf(fleissKappa(codes(c, "table"), width(c, "table")))
            "krippendorff_alpha" ->
                listOf(krippendorffAlpha(packed(numbers(c["ratings"])), width(c, "ratings"), c.text("level")))
            "bayesian_truth_serum" ->
                bayesianTruthSerum(codes(c, "answers"), packed(numbers(c["forecasts"])), labels(), c["alpha"].asDouble)
            "robust_bayesian_truth_serum" -> robustBayesianTruthSerum(flags(c, "answers"), numbers(c["forecasts"]))
            "peer_truth_serum" ->
                pair("answers", "peers").let { (a, b) -> peerTruthSerum(a, b, labels(), c.numbersOrNull("shares")) }
            "output_agreement" -> pair("answers", "peers").let { (a, b) -> outputAgreement(a, b, labels()) }
            "correlated_agreement" -> pair("a", "b").let { (a, b) -> correlatedAgreement(a, b, labels()) }
            "determinant_mutual_information" ->
                pair("a", "b").let { (a, b) ->
                    val exact = determinantMutualInformation(a, b, labels(), c["split"].asInt.toUInt())
                    assertEquals(c.textOrNull("expected") ?: exact, exact)
                    listOf(exact.toDouble())
                }
            else -> surrogateScores(numbers(c["scores"]), flags(c, "labels"), numbers(c["noise"]))
        }
    }

    @TestFactory
    fun `scores are those of the original`(): List<DynamicTest> =
        vectors.list("cases").mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") { near(numbers(c["expected"]), run(c), vectors["tolerance"].asDouble) }
        }

    @TestFactory
    fun `bad answers`(): List<DynamicTest> =
        vectors.list("refused").mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") { refused(c.text("code"), c.text("kind")) { run(c) } }
        }
}
