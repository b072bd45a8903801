"""Verifies a bundle and scores an array. Usage: verify_and_score.py [BUNDLE]"""

import sys
from pathlib import Path

import countermark

golden = Path(__file__).parents[2] / "bindings/vectors/golden.cmrk"
bundle = Path(sys.argv[1]) if len(sys.argv) > 1 else golden

verdict = countermark.verify_bundle(bundle.read_bytes())
print("digest", verdict.digest)
for receipt in verdict.receipts:
    print(f"{receipt.kind} by {receipt.issuer_name}: {receipt.strength}")

target = [0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5]
predictions = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
print("numerai_corr", countermark.numerai_corr(predictions, target))
