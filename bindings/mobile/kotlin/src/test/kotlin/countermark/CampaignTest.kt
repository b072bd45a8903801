package countermark

import com.google.gson.JsonElement
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import uniffi.countermark_mobile.CampaignItem
import uniffi.countermark_mobile.CampaignReview
import uniffi.countermark_mobile.CampaignRow
import uniffi.countermark_mobile.CampaignSettlement
import uniffi.countermark_mobile.CampaignTerms
import uniffi.countermark_mobile.CollateralCut
import uniffi.countermark_mobile.RewardTier
import uniffi.countermark_mobile.settleCampaign

class CampaignTest {
    private val vectors = Vectors.load("campaign.json")

    private fun number(c: JsonElement, name: String): UInt = c[name].asInt.toUInt()

    private fun cut(c: JsonElement): CollateralCut = CollateralCut(c["below"].asDouble, c["part"].asDouble)

    private fun run(c: JsonElement): CampaignSettlement {
        val t = c["terms"]
        val terms =
            CampaignTerms(
                pot = t.text("pot"),
                quorum = number(t, "quorum"),
                approval = t["approval"].asDouble,
                tiers = t.list("tiers").map { RewardTier(it["from"].asDouble, it.text("reward")) },
                reviewReward = t.text("review_reward"),
                builderCut = cut(t["builder_cut"]),
                validatorCut = cut(t["validator_cut"]),
            )
        val items = c.list("items").map { CampaignItem(number(it, "builder"), unhex(it.text("content"))) }
        val reviews = c.list("reviews").map { CampaignReview(number(it, "item"), number(it, "validator"), it["approve"].asBoolean) }
        return settleCampaign(terms, c.list("collaterals").map { it.asString }, items, reviews)
    }

    private fun row(r: JsonElement) =
        CampaignRow(
            approved = number(r, "approved"),
            rejected = number(r, "rejected"),
            duplicates = number(r, "duplicates"),
            tier = r.textOrNull("tier")?.toUInt(),
            reviews = number(r, "reviews"),
            agreed = number(r, "agreed"),
            earned = r.text("earned"),
            paid = r.text("paid"),
            cut = r.text("cut"),
        )

    @TestFactory
    fun `settlements are those worked out`(): List<DynamicTest> =
        vectors.list("cases").map { c ->
            dynamicTest(c.text("id")) {
                val e = c["expected"]
                val expected =
                    CampaignSettlement(
                        e.list("rows").map { row(it) }, e.list("items").map { it.asString }, e.text("paid"), e.text("cuts"),
                        e.text("remainder"),
                    )
                assertEquals(expected, run(c))
            }
        }

    @TestFactory
    fun `bad campaigns`(): List<DynamicTest> =
        vectors.list("refused").map { c -> dynamicTest(c.text("id")) { refused(c.text("code"), c.text("kind")) { run(c) } } }
}
