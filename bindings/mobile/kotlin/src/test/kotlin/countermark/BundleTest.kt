package countermark

import java.io.File
import java.nio.file.Files
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.CountermarkException
import uniffi.countermark_mobile.verifyBundle

class BundleTest {
    private val vectors = Vectors.load("forgeries.json")
    private val golden = Vectors.golden

    @Test
    fun `the golden bundle`() {
        val verdict = verifyBundle(golden)
        assertEquals(vectors.text("digest"), verdict.digest)
        assertEquals(verdict.receipts.indices.map { it.toUInt() }, verdict.receipts.map { it.index })
        val first = verdict.receipts.first()
        assertEquals(listOf("agent", "owner", "proved"), listOf(first.kind, first.issuerName, first.strength))
    }

    @TestFactory
    fun forgeries(): List<DynamicTest> =
        vectors.list("forgeries").map { forgery ->
            dynamicTest(forgery.text("id")) {
                val bytes =
                    forgery.list("bytes").fold(ByteArray(0)) { bytes, part ->
                        bytes +
                            if (part.isJsonArray) golden.copyOfRange(part.asJsonArray[0].asInt, part.asJsonArray[1].asInt)
                            else unhex(part.asString)
                    }
                refused(forgery.text("code"), check = forgery.text("check")) { verifyBundle(bytes) }
            }
        }

    private fun refusedEarly(bytes: ByteArray) {
        val error = assertThrows(CountermarkException::class.java) { verifyBundle(bytes) }
        assertTrue(error.check() in listOf("format", "digest"), error.toString())
    }

    @Test
    fun `every truncation is refused`() {
        for (end in golden.indices step 97) refusedEarly(golden.copyOf(end))
    }

    @Test
    fun `flipped bits are refused`() {
        for (at in golden.indices step 83) {
            val flipped = golden.copyOf()
            flipped[at] = (flipped[at].toInt() xor (1 shl at % 8)).toByte()
            refusedEarly(flipped)
        }
    }

    @Test
    fun `oversized and trailing`() {
        refused("limit_exceeded", "limit") { verifyBundle(golden.copyOf((64 shl 20) + 1)) }
        refused("trailing_bytes", "invalid") { verifyBundle(golden + 0) }
    }

    @Test
    fun `the command's exit status`() {
        val folder = Files.createTempDirectory("countermark").toFile()
        try {
            val (good, bad) = listOf("good.cmrk", "bad.cmrk").map { File(folder, it) }
            good.writeBytes(golden)
            bad.writeBytes(golden.copyOf(golden.size - 1))
            assertEquals(0, Verify.run(arrayOf(good.path, "--json")))
            assertEquals(0, Verify.run(arrayOf("verify", good.path).drop(1).toTypedArray()))
            assertEquals(1, Verify.run(arrayOf(bad.path, "--json")))
            assertEquals(2, Verify.run(arrayOf(File(folder, "none").path)))
            assertEquals(2, Verify.run(arrayOf()))
        } finally {
            folder.deleteRecursively()
        }
    }
}
