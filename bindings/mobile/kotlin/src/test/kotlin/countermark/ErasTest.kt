package countermark

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.CancelToken
import uniffi.countermark_mobile.EraData
import uniffi.countermark_mobile.EraNames
import uniffi.countermark_mobile.EraReportVerdict
import uniffi.countermark_mobile.EraScores
import uniffi.countermark_mobile.FeatureCache
import uniffi.countermark_mobile.MetricScore
import uniffi.countermark_mobile.ProgressListener
import uniffi.countermark_mobile.SecretKey
import uniffi.countermark_mobile.Settlement
import uniffi.countermark_mobile.featureExposures
import uniffi.countermark_mobile.featureNeutralCorr
import uniffi.countermark_mobile.neutralContribution
import uniffi.countermark_mobile.neutralCorrelation
import uniffi.countermark_mobile.neutralize
import uniffi.countermark_mobile.prepareEraReport
import uniffi.countermark_mobile.replayEraReport
import uniffi.countermark_mobile.scoreEras
import uniffi.countermark_mobile.verifyEraReport

class ErasTest {
    private val vectors = Vectors.load("eras.json")
    private val golden = Vectors.load("era_report.json")

    /** The data of all cases, with what this one changes. */
    private fun columns(base: JsonElement, changes: JsonElement?): JsonObject =
        base.asJsonObject.deepCopy().apply {
            keySet().toList().forEach { name -> changes?.asJsonObject?.get(name)?.let { add(name, it) } }
        }

    private fun texts(d: JsonElement, name: String): List<String>? =
        d[name].takeUnless { it.isJsonNull }?.asJsonArray?.map { it.asString }

    private fun array(d: JsonElement, name: String): ByteArray = packed(numbers(d[name]))

    private fun arrayOrNull(d: JsonElement, name: String): ByteArray? = d.numbersOrNull(name)?.let { packed(it) }

    private fun names(d: JsonElement): EraNames? {
        val rows = d["eras"].takeUnless { it.isJsonNull }?.asJsonArray ?: return null
        val numbers = rows.all { it.asJsonPrimitive.isNumber }
        return if (numbers) EraNames.Numbers(rows.map { it.asLong }) else EraNames.Text(rows.map { it.asString })
    }

    private fun data(d: JsonElement) =
        EraData(
            array(d, "predictions"), array(d, "target"), names(d), texts(d, "ids"),
            arrayOrNull(d, "meta_model"), arrayOrNull(d, "benchmark"), arrayOrNull(d, "features"),
        )

    private fun scored(c: JsonElement): EraScores =
        scoreEras(data(columns(vectors["data"], c)), c.list("metrics").map { it.asString }, c.text("mode"), null, null, null)

    private fun settle(scores: EraScores, s: JsonElement): Settlement =
        scores.settle(
            numbers(s["multipliers"]), s.list("stakes").map { it.asString }, s.text("pot"),
            s["clip"].asDouble, s.textOrNull("threshold"), s.text("share"),
        )

    private fun listed(scores: List<MetricScore>): List<Any?> = scores.map { it.reason ?: it.value }

    private fun run(c: JsonElement): Any {
        val d = columns(vectors["data"], c)
        val rows = d.list("predictions").size().toUInt()
        val (p, t) = listOf("predictions", "target").map { array(d, it) }
        val f = { array(d, "features") }
        val k = c.numbersOrNull("top_bottom")?.single()?.toInt()?.toUInt()
        val mode = c.text("mode")
        return when (c.text("function")) {
            "neutralize" -> neutralize(p, f(), rows, numbers(c["proportion"]).single(), mode)
            "feature_neutral_corr" -> featureNeutralCorr(p, f(), t, mode, null)
            "neutral_correlation" -> neutralCorrelation(p, f(), t, k, mode)
            "neutral_contribution" -> neutralContribution(p, array(d, "meta_model"), f(), t, k, mode)
            "feature_exposures" -> featureExposures(p, f(), rows, mode)
            "settle" -> settle(scored(c), c)
            else -> scored(c)
        }
    }

    private val tolerance = vectors["fnc_tolerance"].asDouble

    private fun single(c: JsonElement) {
        val d = columns(vectors["data"], c)
        when (c.text("function")) {
            "neutralize" -> {
                val rows = d.list("predictions").size()
                val expected = c.list("expected").flatMap { if (it.isJsonNull) List(rows) { Double.NaN } else numbers(it) }
                @Suppress("UNCHECKED_CAST")
                near(expected, (run(c) as List<List<Double>>).flatten(), tolerance)
            }
            "feature_exposures" -> {
                val array = array(d, "features")
                val got = featureExposures(array(d, "predictions"), array, d.list("predictions").size().toUInt(), c.text("mode"))
                val expected = c.list("expected")
                near(expected.flatMap { numbers(it["max"]) + numbers(it["rms"]) }, got.flatMap { listOf(it.max, it.rms) }, 1e-12)
                assertEquals(expected.map { it.textOrNull("feature") }, got.map { it.feature?.toString() })
                assertEquals(expected.map { it.textOrNull("reason") }, got.map { it.reason })
            }
            else -> {
                @Suppress("UNCHECKED_CAST")
                val got = run(c) as List<MetricScore>
                near(numbers(c["expected"]), got.map { it.value }, tolerance)
                assertEquals(c.list("reasons").map { if (it.isJsonNull) null else it.asString }, got.map { it.reason })
            }
        }
    }

    private fun overEras(c: JsonElement) {
        val got = scored(c)
        val e = c["expected"]
        val metrics = c.list("metrics").map { it.asString }
        assertEquals(e.list("eras").map { it.asString }, got.eras())
        assertEquals(metrics, got.metrics())
        near(numbers(e["scores"]), got.scores(), tolerance)
        val models = got.models().toInt()
        val reasons = got.eras().indices.flatMap { era -> List(models) { got.reason(era.toUInt(), it.toUInt()) } }
        val expected = e.list("reasons").flatMap { if (it.isJsonArray) it.asJsonArray.toList() else listOf(it) }
        assertEquals(expected.map { if (it.isJsonNull) null else it.asString }, reasons)
        e.asJsonObject.get("summaries")?.asJsonArray?.forEachIndexed { at, s ->
            val found = got.summary((at / metrics.size).toUInt(), (at % metrics.size).toUInt())
            val values = listOf("eras", "missing", "mean", "sd", "sharpe", "max_drawdown", "autocorrelation")
            near(
                values.flatMap { numbers(s[it]) },
                listOf(
                    found.eras.toDouble(), found.missing.toDouble(), found.mean, found.sd, found.sharpe, found.maxDrawdown,
                    found.autocorrelation,
                ),
                tolerance,
            )
        }
        c.asJsonObject.get("settlements")?.asJsonArray?.forEach { s ->
            val settled = settle(got, s)
            val out = s["expected"]
            near(
                out.list("rows").flatMap { numbers(it["score"]) + numbers(it["rate"]) },
                settled.rows.flatMap { listOf(it.score, it.rate) }, 1e-12,
            )
            assertEquals(out.list("rows").map { it.text("paid") to it.text("burned") }, settled.rows.map { it.paid to it.burned })
            assertEquals(
                listOf("paid", "burned", "remainder").map { out.text(it) },
                listOf(settled.paid, settled.burned, settled.remainder),
            )
        }
    }

    @TestFactory
    fun `scores are those of the original`(): List<DynamicTest> =
        vectors.list("cases").mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") { if (c.text("function") == "score_eras") overEras(c) else single(c) }
        }

    @TestFactory
    fun `bad inputs`(): List<DynamicTest> =
        vectors.list("refused").mapIndexed { at, c ->
            dynamicTest("$at ${c.text("function")}") { refused(c.text("code"), c.text("kind")) { run(c) } }
        }

    @Test
    fun `features are kept`() {
        val d = vectors["data"]
        val cache = FeatureCache(16u)
        val score = { featureNeutralCorr(array(d, "predictions"), array(d, "features"), array(d, "target"), "per_model", cache) }
        assertEquals(listed(score()), listed(score()))
        assertTrue(cache.hits() >= 1u && cache.bytes() > 0u)
    }

    @Test
    fun `progress and cancel`() {
        val seen = mutableListOf<Pair<ULong, ULong>>()
        val listener = { more: Boolean ->
            object : ProgressListener {
                override fun onProgress(done: ULong, total: ULong): Boolean = more.also { seen.add(done to total) }
            }
        }
        val run = { more: Boolean, cancel: CancelToken? ->
            scoreEras(data(vectors["data"]), listOf("corr"), "per_model", null, listener(more), cancel)
        }
        run(true, null)
        assertEquals(5uL to 5uL, seen.last())
        refused("cancelled") { run(false, null) }
        refused("cancelled") { run(true, CancelToken().also { it.cancel() }) }
    }

    private fun stated(v: EraReportVerdict): List<Any> =
        listOf(v.issuer, v.round, v.eras, v.paid, v.remainder) + v.models.map { listOf(it.name, it.score, it.stake, it.payout, it.burned) }

    @Test
    fun `the golden report is made, checked and replayed`() {
        val r = golden
        val draft =
            prepareEraReport(
                r.text("issuer"), r["issued_at"].asLong.toULong(), r.text("card"), r.text("round"), data(r["data"]),
                r.list("metrics").map { it.asString }, r.list("names").map { it.asString }, numbers(r["multipliers"]),
                r.list("stakes").map { it.asString }, r.text("pot"), r["clip"].asDouble, r.textOrNull("threshold"), r.text("share"),
            )
        assertEquals(r.text("id"), draft.id())
        assertArrayEquals(unhex(r.text("digest")), draft.digest())
        val receipt = draft.finish(SecretKey.fromSeed(unhex(r.text("seed"))).signDigest(draft.digest()))
        assertArrayEquals(unhex(r.text("receipt")), receipt)
        val v = r["verdict"]
        val models =
            v.list("models").map { listOf(it.text("name"), it["score"].asDouble, it.text("stake"), it.text("payout"), it.text("burned")) }
        val expected = listOf(v.text("issuer"), v.text("round"), v.list("eras").map { it.asString }, v.text("paid"), v.text("remainder"))
        assertEquals(expected + models, stated(verifyEraReport(receipt)))
        replayEraReport(receipt, data(r["data"]))
    }

    @TestFactory
    fun `reports that are refused`(): List<DynamicTest> =
        golden.list("refused").map { c ->
            dynamicTest(c.text("id")) {
                val receipt = unhex(c.textOrNull("receipt") ?: golden.text("receipt"))
                refused(c.text("code"), c.text("kind"), c.textOrNull("check")) {
                    verifyEraReport(receipt)
                    replayEraReport(receipt, data(columns(golden["data"], c.asJsonObject.get("data"))))
                }
            }
        }
}
