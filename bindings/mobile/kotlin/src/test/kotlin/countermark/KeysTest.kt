package countermark

import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.SecretKey
import uniffi.countermark_mobile.eip191Digest
import uniffi.countermark_mobile.errorCodes
import uniffi.countermark_mobile.prepareAgent
import uniffi.countermark_mobile.recoverAddress
import uniffi.countermark_mobile.verifySignature
import uniffi.countermark_mobile.version

class KeysTest {
    private val vectors = Vectors.load("keys.json")

    @TestFactory
    fun `addresses and public keys`(): List<DynamicTest> =
        vectors.list("keys").map { case ->
            dynamicTest(case.text("address")) {
                val key = SecretKey.fromBytes(unhex(case.text("private_key")))
                assertEquals(case.text("address"), key.address())
                assertArrayEquals(unhex(case.text("public_key_compressed")), key.publicKey())
            }
        }

    @TestFactory
    fun `personal messages`(): List<DynamicTest> =
        vectors.list("eip191").map { case ->
            dynamicTest(case.text("digest")) {
                val key = SecretKey.fromBytes(unhex(case.text("private_key")))
                val signature = unhex(case.text("signature"))
                val digest = eip191Digest(unhex(case.text("message")))
                assertArrayEquals(unhex(case.text("digest")), digest)
                assertArrayEquals(signature, key.signMessage(unhex(case.text("message"))))
                assertArrayEquals(signature, key.signDigest(digest))
                assertEquals(case.text("address"), recoverAddress(digest, signature))
                verifySignature(digest, signature, case.text("address"))
                refused("signature_mismatch", "signature", "signature") {
                    verifySignature(digest, signature, "0x" + "11".repeat(20))
                }
            }
        }

    @TestFactory
    fun `malformed keys`(): List<DynamicTest> =
        vectors.list("bad").map { case ->
            dynamicTest(case.text("what")) {
                refused(case.text("code"), case.text("kind")) {
                    SecretKey.fromBytes(unhex(case.text("private_key")))
                }
            }
        }

    @Test
    fun `a key keeps its secret`() {
        val key = SecretKey.fromBytes(ByteArray(32) { 0x11 })
        assertEquals("SecretKey(.. of ${key.address()})", key.toString())
        assertNotEquals(SecretKey.fromSeed(ByteArray(32) { 0x11 }).address(), key.address())
        refused("length_mismatch") { SecretKey.fromSeed(ByteArray(3)) }
    }

    @Test
    fun `a wallet signs a prepared card`() {
        val key = SecretKey.fromSeed(ByteArray(32) { 1 })
        val prepared = prepareAgent("owner", key.publicKey(), null, 1_800_000_000u)
        assertEquals(key.address(), prepared.issuer())
        assertTrue(prepared.typedData().contains("\"primaryType\":\"Receipt\""))
        assertTrue(prepared.finish(key.signDigest(prepared.digest())).size > 100)
        val other = SecretKey.fromSeed(ByteArray(32) { 2 })
        refused("signature_mismatch") { prepared.finish(other.signDigest(prepared.digest())) }
        refused("agent_name_invalid") { prepareAgent("", key.publicKey(), null, 0u) }
        refused("length_mismatch") { prepareAgent("x", key.publicKey(), ByteArray(31), 0u) }
    }

    @Test
    fun `codes are unique and the text is readable`() {
        val codes = errorCodes().map { it.code }
        assertTrue(codes.size > 50 && codes.toSet().size == codes.size)
        assertEquals("0.1.0", version())
        val error =
            org.junit.jupiter.api.assertThrows<uniffi.countermark_mobile.CountermarkException> {
                SecretKey.fromBytes(ByteArray(1))
            }
        assertEquals("secret key has length 1, expected 32", error.text())
        assertEquals("secret key has length 1, expected 32 (length_mismatch)", error.toString())
    }
}
