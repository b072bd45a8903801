package countermark

import java.io.File
import java.io.IOException
import kotlin.system.exitProcess
import uniffi.countermark_mobile.CountermarkException
import uniffi.countermark_mobile.Verdict
import uniffi.countermark_mobile.verifyBundle

/** `countermark.Verify FILE [--json]`: exit 0 valid, 1 invalid, 2 usage. */
object Verify {
    /** One byte over the largest bundle: enough for the core to refuse it, whatever the size of the file. */
    private const val MOST = (64 shl 20) + 1

    @JvmStatic
    fun main(arguments: Array<String>) {
        exitProcess(run(arguments))
    }

    /** Prints the verdict and gives the exit status. */
    fun run(arguments: Array<String>): Int {
        val files = arguments.filter { it != "--json" }
        if (files.size != 1 || files[0].startsWith("-")) {
            System.err.println("usage: countermark.Verify FILE [--json]")
            return 2
        }
        val json = "--json" in arguments
        val bytes =
            try {
                File(files[0]).inputStream().use { it.readNBytes(MOST) }
            } catch (error: IOException) {
                System.err.println("countermark: cannot read ${files[0]}: ${error.message}")
                return 2
            }
        return try {
            val verdict = verifyBundle(bytes)
            println(if (json) asJson(verdict) else asText(verdict))
            0
        } catch (error: CountermarkException) {
            println(if (json) asJson(error) else "invalid: $error, check ${error.check()}")
            1
        }
    }

    private fun asText(verdict: Verdict): String =
        (listOf("valid: ${verdict.digest}") +
                verdict.receipts.map { "  ${it.index} ${it.kind} ${it.strength} ${it.issuer} ${it.issuerName}" })
            .joinToString("\n")

    private fun asJson(verdict: Verdict): String {
        val receipts =
            verdict.receipts.joinToString(", ") {
                "{\"index\": ${it.index}, \"kind\": ${quote(it.kind)}, \"id\": ${quote(it.id)}, " +
                    "\"issuer\": ${quote(it.issuer)}, \"issuer_name\": ${quote(it.issuerName)}, " +
                    "\"issued_at\": ${it.issuedAt}, \"strength\": ${quote(it.strength)}}"
            }
        return "{\"valid\": true, \"digest\": ${quote(verdict.digest)}, \"receipts\": [$receipts]}"
    }

    private fun asJson(error: CountermarkException): String =
        "{\"valid\": false, \"code\": ${quote(error.code())}, \"kind\": ${quote(error.kind())}, " +
            "\"check\": ${error.check()?.let(::quote)}, \"text\": ${quote(error.text())}}"

    /** A JSON string. */
    private fun quote(text: String): String =
        text.asIterable().joinToString("", "\"", "\"") {
            when {
                it == '"' || it == '\\' -> "\\$it"
                it < ' ' -> "\\u%04x".format(it.code)
                else -> it.toString()
            }
        }
}
