// Verifies a bundle and scores an array. Usage: VerifyAndScoreKt [BUNDLE]
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import uniffi.countermark_mobile.numeraiCorr
import uniffi.countermark_mobile.verifyBundle

fun floats(vararg values: Double): ByteArray =
    ByteBuffer.allocate(8 * values.size).order(ByteOrder.LITTLE_ENDIAN).also { values.forEach(it::putDouble) }.array()

fun main(arguments: Array<String>) {
    val bundle = File(arguments.firstOrNull() ?: "bindings/vectors/golden.cmrk")
    val verdict = verifyBundle(bundle.readBytes())
    println("digest ${verdict.digest}")
    verdict.receipts.forEach { println("${it.kind} by ${it.issuerName}: ${it.strength}") }

    val target = floats(0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5)
    val predictions = floats(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
    println("numerai_corr ${numeraiCorr(predictions, target)}")
}
