package countermark

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.abs
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import uniffi.countermark_mobile.CountermarkException

/** The vectors that every language reads. */
object Vectors {
    private val folder = File(System.getProperty("countermark.root"), "bindings/vectors")

    val golden: ByteArray = File(folder, "golden.cmrk").readBytes()

    fun load(name: String): JsonObject = JsonParser.parseString(File(folder, name).readText()).asJsonObject
}

operator fun JsonElement.get(name: String): JsonElement = asJsonObject.get(name)

fun JsonElement.text(name: String): String = asJsonObject.get(name).asString

fun JsonElement.textOrNull(name: String): String? = asJsonObject.get(name)?.takeUnless { it.isJsonNull }?.asString

fun JsonElement.list(name: String): JsonArray = asJsonObject.getAsJsonArray(name)

fun unhex(text: String): ByteArray = text.removePrefix("0x").chunked(2).map { it.toInt(16).toByte() }.toByteArray()

/** Numbers, flat: null is NaN, "inf" and "-inf" are infinite. */
fun numbers(values: JsonElement): List<Double> =
    when {
        values.isJsonArray -> values.asJsonArray.flatMap { numbers(it) }
        values.isJsonNull -> listOf(Double.NaN)
        else -> listOf(values.asString.replace("inf", "Infinity").toDouble())
    }

/** The same, where the case has it. */
fun JsonElement.numbersOrNull(name: String): List<Double>? = asJsonObject.get(name)?.takeUnless { it.isJsonNull }?.let { numbers(it) }

/** Numbers are those of a vector. */
fun near(expected: List<Double>, got: List<Double>, tolerance: Double) {
    assertEquals(expected.size, got.size)
    expected.zip(got).forEachIndexed { at, (e, g) ->
        assertTrue(e == g || e.isNaN() && g.isNaN() || abs(g - e) <= tolerance * maxOf(1.0, abs(e)), "$at: $g is not $e")
    }
}

/** Little-endian f64, NaN for null. */
fun floats(values: Iterable<JsonElement>): ByteArray = packed(values.map { if (it.isJsonNull) Double.NaN else it.asDouble })

fun packed(values: List<Double>): ByteArray =
    ByteBuffer.allocate(8 * values.size).order(ByteOrder.LITTLE_ENDIAN).also { values.forEach(it::putDouble) }.array()

/** The fault has this code, and this kind and check where they are given. */
fun refused(code: String, kind: String? = null, check: String? = null, call: () -> Unit) {
    val error = assertThrows(CountermarkException::class.java) { call() }
    assertEquals(code, error.code(), error.toString())
    if (kind != null) assertEquals(kind, error.kind())
    if (check != null) assertEquals(check, error.check())
}
