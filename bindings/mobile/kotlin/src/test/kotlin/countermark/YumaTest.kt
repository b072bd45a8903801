package countermark

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.YumaEntry
import uniffi.countermark_mobile.YumaNetwork
import uniffi.countermark_mobile.YumaParameters
import uniffi.countermark_mobile.yumaEpoch
import uniffi.countermark_mobile.yumaMaxUpscale

class YumaTest {
    private val vectors = Vectors.load("yuma.json")

    private fun wholes(values: JsonArray): List<ULong> = values.map { it.asString.toULong() }

    private fun flags(values: JsonArray): List<Boolean> = values.map { it.asBoolean }

    private fun short(value: JsonElement): UShort = value.asInt.toUShort()

    private fun present(value: JsonElement): JsonElement? = value.takeUnless { it.isJsonNull }

    private fun rows(matrix: JsonArray): List<List<YumaEntry>> =
        matrix.map { row ->
            row.asJsonArray.map { YumaEntry(short(it.asJsonArray[0]), short(it.asJsonArray[1])) }
        }

    private fun network(n: JsonElement) =
        YumaNetwork(
            block = n.text("block").toULong(),
            lastEpoch = present(n["last_epoch"])?.asString?.toULong(),
            tempo = short(n["tempo"]),
            owner = present(n["owner"])?.let { short(it) },
            alphaStake = wholes(n.list("alpha_stake")),
            taoStake = wholes(n.list("tao_stake")),
            validatorPermit = flags(n.list("validator_permit")),
            lastUpdate = wholes(n.list("last_update")),
            registered = wholes(n.list("registered")),
            weights = rows(n.list("weights")),
            bonds = rows(n.list("bonds")),
            commits = present(n["commits"])?.asJsonArray?.map { present(it)?.asString?.toULong() },
        )

    private fun parameters(p: JsonElement) =
        YumaParameters(
            activityCutoff = p.text("activity_cutoff").toULong(),
            stakeThreshold = p.text("stake_threshold").toULong(),
            taoWeight = p.text("tao_weight").toULong(),
            maxValidators = short(p["max_validators"]),
            kappa = short(p["kappa"]),
            bondsPenalty = short(p["bonds_penalty"]),
            bondsMovingAverage = p.text("bonds_moving_average").toULong(),
            yuma3 = p["yuma3"].asBoolean,
            liquidAlpha = p["liquid_alpha"].asBoolean,
            alphaLow = short(p["alpha_low"]),
            alphaHigh = short(p["alpha_high"]),
            alphaSteepness = p["alpha_steepness"].asInt.toShort(),
        )

    @TestFactory
    fun epochs(): List<DynamicTest> =
        vectors.list("epochs").map { case ->
            dynamicTest(case.text("id")) {
                val got = yumaEpoch(network(case["network"]), parameters(case["parameters"]), case.text("rao").toULong())
                val e = case["expected"]
                assertEquals(listOf("active", "validator_permit").map { flags(e.list(it)) }, listOf(got.active, got.validatorPermit))
                assertEquals(
                    listOf("stake", "consensus", "validator_trust", "incentive", "dividends")
                        .map { name -> e.list(name).map { it.asLong / 4294967296.0 } },
                    listOf(got.stake, got.consensus, got.validatorTrust, got.incentive, got.dividends),
                )
                assertEquals(
                    listOf("server_emission", "validator_emission", "emission").map { wholes(e.list(it)) },
                    listOf(got.serverEmission, got.validatorEmission, got.emission),
                )
                assertEquals(rows(e.list("bonds")), got.bonds)
            }
        }

    @Test
    fun `defaults are those of the chain`() {
        val case = vectors.list("epochs").first { it["parameters"]["max_validators"].asInt == 128 && !it["parameters"]["yuma3"].asBoolean }
        val n = network(case["network"])
        assertEquals(yumaEpoch(n, parameters(case["parameters"]), 1u), yumaEpoch(n, YumaParameters(), 1u))
    }

    @Test
    fun `scaled weights`() {
        vectors.list("upscale").forEach { c ->
            assertEquals(c.list("out").map { short(it) }, yumaMaxUpscale(c.list("in").map { short(it) }))
        }
    }

    @Test
    fun `bad inputs`() {
        val good = network(vectors.list("epochs")[1]["network"])
        val none = List(good.alphaStake.size - 1) { listOf<YumaEntry>() }
        val beyond = YumaEntry(good.alphaStake.size.toUShort(), 1u)
        val run = { n: YumaNetwork -> yumaEpoch(n, YumaParameters(), 1u) }
        refused("length_mismatch", "shape") { run(good.copy(taoStake = listOf())) }
        refused("length_mismatch", "shape") { run(good.copy(weights = none)) }
        refused("out_of_range", "range") { run(good.copy(owner = beyond.uid)) }
        refused("out_of_range", "range") { run(good.copy(bonds = listOf(listOf(beyond)) + none)) }
        val twice = listOf(YumaEntry(1u, 1u), YumaEntry(1u, 2u))
        refused("duplicate_id", "invalid") { run(good.copy(weights = listOf(twice) + none)) }
        refused("overflow") { run(good.copy(alphaStake = good.alphaStake.map { ULong.MAX_VALUE })) }
    }
}
