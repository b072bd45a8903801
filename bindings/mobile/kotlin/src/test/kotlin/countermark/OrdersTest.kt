package countermark

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.OrderVerdict
import uniffi.countermark_mobile.Service
import uniffi.countermark_mobile.prepareOrder
import uniffi.countermark_mobile.verifyOrder

class OrdersTest {
    private val vectors = Vectors.load("orders.json")

    private fun service(changes: JsonObject?): Service {
        val all = vectors["service"].deepCopy().asJsonObject
        changes?.entrySet()?.forEach { (name, value) -> all.add(name, value) }
        return Service(
            all["chain_id"].asLong.toULong(),
            all.text("nft"),
            all.text("owner"),
            all.text("datatoken"),
            all["index"].asLong.toULong(),
            all.text("id"),
            all["timeout"].asLong.toULong(),
            all.textOrNull("provider"),
        )
    }

    private fun verify(case: JsonElement): OrderVerdict {
        val change = case.asJsonObject.get("change")?.asJsonObject ?: JsonObject()
        return verifyOrder(
            change.textOrNull("transaction_receipt") ?: vectors["transaction_receipt"].toString(),
            service(case.asJsonObject.get("service")?.asJsonObject),
            change.textOrNull("user") ?: vectors.text("user"),
            change.textOrNull("profile") ?: "strict",
            change.get("allow_asserted")?.asBoolean ?: true,
            (change.get("now") ?: vectors["now"]).asLong.toULong(),
        )
    }

    @Test
    fun `an order`() {
        val expected = vectors["verdict"]
        val verdict = verify(JsonObject())
        assertEquals(expected.text("level"), verdict.level)
        assertEquals(expected.text("consumer"), verdict.consumer)
        assertEquals(expected.text("payer"), verdict.payer)
        assertEquals(expected["started_at"].asLong.toULong(), verdict.startedAt)
        assertEquals(expected["valid_until"].asLong.toULong(), verdict.validUntil)
        assertEquals(expected.text("transaction"), verdict.transaction)
    }

    @TestFactory
    fun `refused orders`(): List<DynamicTest> =
        vectors.list("bad").map { case -> dynamicTest(case.text("what")) { refused(case.text("code")) { verify(case) } } }

    @Test
    fun `a prepared order names what a person approves`() {
        val prepare = { card: String ->
            prepareOrder(
                vectors.text("user"),
                vectors["now"].asLong.toULong(),
                card,
                service(null),
                unhex(vectors.text("algorithm")),
                vectors["transaction_receipt"].toString(),
            )
        }
        val prepared = prepare(vectors.text("card"))
        assertTrue(prepared.typedData().contains(vectors["service"].text("id")))
        assertTrue(prepared.typedData().contains(prepared.id()))
        refused("invalid_text") { prepare("0x12") }
    }
}
