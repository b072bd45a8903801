package countermark

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import kotlin.math.abs
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.MetricScore
import uniffi.countermark_mobile.SignalsEra
import uniffi.countermark_mobile.accountScore
import uniffi.countermark_mobile.align
import uniffi.countermark_mobile.alpha
import uniffi.countermark_mobile.churn
import uniffi.countermark_mobile.cleanSubmission
import uniffi.countermark_mobile.correlation
import uniffi.countermark_mobile.correlationContributionWith
import uniffi.countermark_mobile.ensembleContribution
import uniffi.countermark_mobile.gaussian
import uniffi.countermark_mobile.maxChurnAndTurnover
import uniffi.countermark_mobile.maxFeatureCorrelation
import uniffi.countermark_mobile.meanNeutralChurn
import uniffi.countermark_mobile.metaPortfolioContribution
import uniffi.countermark_mobile.neutralChurnPenalty
import uniffi.countermark_mobile.neutralizedWeights
import uniffi.countermark_mobile.normalize
import uniffi.countermark_mobile.numeraiCorrWith
import uniffi.countermark_mobile.oneHotEncode
import uniffi.countermark_mobile.orthogonalize
import uniffi.countermark_mobile.pairwiseCorrelation
import uniffi.countermark_mobile.power
import uniffi.countermark_mobile.rank
import uniffi.countermark_mobile.reputation
import uniffi.countermark_mobile.roundDisqualification
import uniffi.countermark_mobile.seasonScore
import uniffi.countermark_mobile.stakeWeight
import uniffi.countermark_mobile.summarize
import uniffi.countermark_mobile.tournamentPayouts
import uniffi.countermark_mobile.turnover
import uniffi.countermark_mobile.validateSubmission

class NumeraiTest {
    private val vectors = Vectors.load("numerai.json")
    private val tolerance = vectors["tolerance"].asDouble
    private val columns = vectors.list("models").map { it.list("predictions") }
    private val models = matrix(columns)
    private val first = floats(columns[0])
    private val target = floats(vectors.list("target"))
    private val meta = floats(vectors.list("meta_model"))
    private val neutralizers = matrix(vectors.list("neutralizers").map { it.asJsonArray })
    private val weights = floats(vectors.list("sample_weights"))
    private val stakes = vectors.list("stakes").map { it.asDouble }

    /** Columns as a row-major matrix. */
    private fun matrix(columns: List<JsonArray>): ByteArray =
        floats((0 until columns[0].size()).flatMap { row -> columns.map { it[row] } })

    private fun near(got: List<Double>, expected: JsonElement) {
        val wanted = expected.asJsonArray.map { if (it.isJsonNull) Double.NaN else it.asDouble }
        assertEquals(wanted.size, got.size)
        got.zip(wanted).forEach { (a, b) -> assertTrue(abs(a - b) <= tolerance || (a.isNaN() && b.isNaN()), "$a is not $b") }
    }

    private fun near(got: Double, expected: JsonElement) = assertEquals(expected.asDouble, got, tolerance)

    private fun values(scores: List<MetricScore>) = scores.map { it.value }

    private fun JsonElement.count(name: String): UInt? =
        asJsonObject.get(name).takeUnless { it.isJsonNull }?.asInt?.toUInt()

    private fun JsonElement.texts(name: String): List<String> = list(name).map { it.asString }

    private fun JsonElement.gaps(name: String): List<String?> = list(name).map { if (it.isJsonNull) null else it.asString }

    @Test
    fun primitives() {
        vectors.list("rank").forEach { near(rank(floats(it.list("values")), it.text("method")), it["expected"]) }
        near(gaussian(floats(vectors.list("rank")[0].list("expected"))), vectors["gaussian"])
        near(power(meta, 1.5), vectors["power"])
        refused("power_decorrelates", "range") { power(packed(listOf(1.0)), 1.5) }
        vectors.list("normalize").forEach { near(normalize(meta, it.text("how")), it["expected"]) }
        vectors.list("correlation").forEach {
            near(correlation(target, first, it.text("method"), it.count("top_bottom")), it["expected"])
        }
        near(orthogonalize(first, meta)[0], vectors["orthogonalize"])
        near(stakeWeight(models, stakes), vectors["stake_weight"])
        val best = maxFeatureCorrelation(first, matrix(listOf(columns[1], vectors.list("target"), columns[2])), null)
        near(listOf(best.feature.toDouble(), best.value), vectors["max_feature_correlation"]["expected"])
        pairwiseCorrelation(models, vectors.list("target").size().toUInt(), "strict")
            .zip(vectors.list("pairwise_correlation"))
            .forEach { (pair, expected) -> near(listOf(pair.max, pair.mean), expected) }
        val s = summarize(floats(vectors["summary"].list("scores")))
        val got = listOf(s.eras.toDouble(), s.mean, s.sd, s.sharpe, s.maxDrawdown, s.autocorrelation)
        near(got, vectors["summary"]["expected"])
        val hot = oneHotEncode(packed(listOf(0.5, 0.25, 0.5)))
        assertEquals(listOf(0.25, 0.5), hot.categories)
        assertEquals(listOf(1u, 0u, 1u), hot.codes)
    }

    @TestFactory
    fun scores(): List<DynamicTest> =
        listOf("strict", "per_model", "compat").map { mode ->
            dynamicTest(mode) {
                vectors.list("numerai_corr_with").forEach {
                    val pow15 = it["target_pow15"].asBoolean
                    near(values(numeraiCorrWith(models, target, it.count("top_bottom"), pow15, mode)), it["expected"])
                }
                val two = matrix(listOf(columns[0], columns[2]))
                vectors.list("correlation_contribution_with").forEach {
                    val got = correlationContributionWith(two, meta, target, it.count("top_bottom"), mode)
                    near(values(got), it["expected"])
                }
                neutralizedWeights(models, neutralizers, weights, true, mode)
                    .zip(vectors.list("neutralized_weights"))
                    .forEach { (got, expected) -> near(got, expected) }
                near(values(alpha(models, neutralizers, weights, target, mode)), vectors["alpha"])
                val mpc = metaPortfolioContribution(models, stakes, neutralizers, weights, target, mode)
                near(values(mpc), vectors["meta_portfolio_contribution"])
            }
        }

    @Test
    fun `what cannot be scored is told`() {
        val flat = packed(List(vectors.list("target").size()) { 0.5 })
        assertEquals("constant_column", alpha(flat, neutralizers, weights, target, "per_model")[0].reason)
        refused("constant_column", "range") { alpha(flat, neutralizers, weights, target, "strict") }
        refused("too_few_rows", "shape") { numeraiCorrWith(models, target, 13u, true, "strict") }
        refused("length_mismatch", "shape") { alpha(models, neutralizers, weights.copyOf(8), target, "strict") }
        refused("invalid_text") { correlation(target, meta, "spearman", 3u) }
    }

    @Test
    fun `rows by id`() {
        val case = vectors["align"]
        val ids = case.list("ids").map { table -> table.asJsonArray.map { it.asString } }
        val tables = case.list("values").map { if (it.isJsonNull) null else floats(it.asJsonArray) }
        val expected = case.list("expected").map { rows -> rows.asJsonArray.map { it.asInt.toUInt() } }
        assertEquals(expected, align(ids, tables, case["max_filtered_ratio"].asDouble))
        refused("too_few_rows") { align(ids, tables, 0.1) }
        refused("duplicate_id", "invalid") { align(listOf(listOf("a", "a"), listOf("a", "b")), listOf(null, null), 0.5) }
        val (a, b) = vectors["churn"].list("signals").map { it.texts("ids") to floats(it.list("values")) }
        near(churn(a.first, a.second, b.first, b.second, null), vectors["churn"]["expected"])
        val tails = churn(a.first, a.second, b.first, b.second, vectors["churn"].count("top_bottom"))
        near(tails, vectors["churn"]["expected_top_bottom"])
        near(turnover(a.first, a.second, b.first, b.second), vectors["churn"]["turnover"])
        vectors.list("neutral_churn_penalty").forEach {
            near(neutralChurnPenalty(it["churn"].asDouble, 0.1, 10.0), it["expected"])
        }
        assertEquals("turnover", roundDisqualification(0.1, 0.3))
        assertEquals("no_prior_submission", roundDisqualification(null, null))
        assertNull(roundDisqualification(0.1, 0.2))
    }

    private fun each(count: Int, f: (Int) -> Double): ByteArray = packed((0 until count).map(f))

    private fun era(week: Int): SignalsEra {
        val n = vectors["max_churn_and_turnover"]["tickers"].asInt
        val universe = (0 until n).map { "T%03d".format(it) }
        return SignalsEra(
            universe,
            each(n) { ((it * 37 + week * 13 * (it % 5)) % n) / (n - 1.0) },
            universe,
            each(n) { (it % 7) / 10.0 },
            each(n) { 1 + (it % 3) / 10.0 },
        )
    }

    @Test
    fun `churn against earlier weeks`() {
        val worst = maxChurnAndTurnover(era(0), listOf(era(1), era(2)))
        near(listOf(worst.churn, worst.turnover), vectors["max_churn_and_turnover"]["expected"])
        val few = era(0).copy(submissionIds = listOf("T000"), submission = packed(listOf(0.5)))
        refused("invalid_submission_ids") { maxChurnAndTurnover(few, listOf()) }
        assertEquals(0.2, meanNeutralChurn(listOf(0.1, null, 0.3)), tolerance)
        assertEquals(0.02, accountScore(packed(listOf(0.01, 0.05)), listOf(3.0, 1.0)), tolerance)
    }

    @TestFactory
    fun submissions(): List<DynamicTest> =
        vectors.list("validate_submission").mapIndexed { at, case ->
            dynamicTest("submission $at") {
                val call = {
                    validateSubmission(
                        case.text("tournament"),
                        case.gaps("live_ids"),
                        case.texts("headers"),
                        case.gaps("ids"),
                        floats(case.list("values")),
                        case["require_date"].asBoolean,
                    )
                }
                val code = case.textOrNull("code")
                if (code == null) {
                    assertEquals(case.list("rows").map { it.asInt.toUInt() }, call().rows)
                    assertEquals(case.texts("invalid_ids"), call().invalidIds)
                } else refused(code, "invalid") { call() }
            }
        }

    @Test
    fun `clean submissions`() {
        vectors.list("clean_submission").forEach {
            val remap = if (it["remap"].isJsonNull) null else it.gaps("remap")
            val values = floats(it.list("values"))
            val clean = cleanSubmission(it.gaps("universe"), it.gaps("ids"), values, remap, it["rank_and_fill"].asBoolean)
            assertEquals(it.texts("expected_ids"), clean.ids)
            near(clean.values, it["expected"])
        }
    }

    @TestFactory
    fun payouts(): List<DynamicTest> =
        vectors.list("tournament_payouts").mapIndexed { at, case ->
            dynamicTest("payouts $at") {
                val round =
                    tournamentPayouts(
                        case.text("tournament"),
                        case.list("multipliers").map { it.asDouble },
                        case.list("metrics").map { m -> if (m.isJsonNull) null else m.asJsonArray.map { it.asDouble } },
                        case.texts("stakes"),
                        case.list("retained").map { it.asDouble },
                        case.textOrNull("at_risk"),
                        case.textOrNull("round_day"),
                    )
                assertEquals(case.texts("paid"), round.rows.map { it.paid })
                assertEquals(case.texts("burned"), round.rows.map { it.burned })
                assertEquals(case.text("total_paid") to case.text("total_burned"), round.paid to round.burned)
            }
        }

    @Test
    fun `contributions and seasons`() {
        val expected = vectors["ensemble_contribution"]
        near(ensembleContribution(models, target, null, "shapley", null, null).values, expected["shapley"])
        val without = ensembleContribution(models, target, null, "leave_one_out", null, null)
        near(without.values, expected["leave_one_out"])
        refused("invalid_text") { ensembleContribution(models, target, null, "sampled_shapley", null, null) }
        refused("length_mismatch") { ensembleContribution(models, target, null, "sampled_shapley", 9u, ByteArray(31)) }
        val nmr = "1000000000000000000"
        val season = seasonScore(listOf(0.02, Double.NaN, 0.04), listOf(nmr, nmr, nmr))
        assertEquals(2uL to false, season.qualifiedRounds to season.isQualified)
        assertEquals(0.02, season.score, tolerance)
        assertEquals(0.01, reputation(listOf(0u, 365u), packed(listOf(0.5, 0.01)), 365u), tolerance)
    }
}
