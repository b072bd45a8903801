package countermark

import com.google.gson.JsonElement
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.CancelToken
import uniffi.countermark_mobile.Limits
import uniffi.countermark_mobile.RunOutcome
import uniffi.countermark_mobile.Slot
import uniffi.countermark_mobile.runAlgorithm

class SandboxTest {
    private val vectors = Vectors.load("sandbox.json")
    private val columns = vectors.list("columns").map { it.asString }
    private val values = floats(vectors.list("rows").flatMap { it.asJsonArray })
    private val limits = vectors["limits"]

    private fun slot(length: JsonElement?): Slot {
        val slot = vectors["slot"]
        val own = (length ?: slot["length"]).asInt.toUInt()
        return Slot(slot.text("name"), own, slot["lo"].asLong, slot["hi"].asLong, slot["digits"].asInt.toUInt())
    }

    private fun run(
        wasm: String,
        slot: Slot = slot(null),
        isolation: String = "in_process",
        worker: List<String>? = null,
        cancel: CancelToken? = null,
    ): RunOutcome =
        runAlgorithm(
            unhex(wasm),
            columns,
            values,
            listOf(slot),
            Limits(
                limits["fuel"].asLong.toULong(),
                limits["memory_bytes"].asLong.toULong(),
                limits["wall_ms"].asLong.toULong(),
                limits["log_bytes"].asInt.toUInt(),
            ),
            unhex(vectors.text("seed")),
            isolation,
            worker,
            cancel,
        )

    private fun module(name: String): String = vectors["modules"][name].text("wasm")

    @TestFactory
    fun modules(): List<DynamicTest> =
        vectors.list("cases").map { case ->
            dynamicTest(case.text("what")) {
                val slot = slot(case.asJsonObject.get("length"))
                val code = case.textOrNull("code")
                if (code != null) refused(code, case.text("kind")) { run(module(case.text("module")), slot) }
                else {
                    val outcome = run(module(case.text("module")), slot)
                    assertEquals(case.list("outputs").map { it.asDouble }, outcome.outputs.single().values)
                    assertEquals("in_process", outcome.isolation)
                }
            }
        }

    @Test
    fun `what is not wasm`() {
        refused(vectors["not_wasm"].text("code")) { run(vectors["not_wasm"].text("wasm")) }
    }

    @Test
    fun `a missing worker is named`() {
        val missing = vectors["missing_worker"]
        val worker = missing.list("worker").map { it.asString }
        refused(missing.text("code"), missing.text("kind")) { run(module("mean"), isolation = "process", worker = worker) }
        refused(missing.text("code"), missing.text("kind")) { run(module("mean"), isolation = "process") }
        refused("invalid_text") { run(module("mean"), isolation = "none") }
    }

    @Test
    fun `a token stops a run`() {
        val token = CancelToken()
        token.cancel()
        refused("cancelled", "cancelled") { run(module("loop"), cancel = token) }
    }
}
