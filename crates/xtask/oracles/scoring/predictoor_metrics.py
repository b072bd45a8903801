"""Answers Predictoor questions with statsmodels and scikit-learn, called as pdr-backend calls them.

A line of JSON on standard input is a call: {"function": NAME, "inputs": {...}}; a line on standard output is its
answer: {"outputs": ...}, or {"error": CLASS} where a library refuses. The first line printed names the oracle and the
packages that were loaded.

Needs scikit-learn 1.5.2 and statsmodels 0.14.4, the versions pdr-backend pins. What pdr-backend computes without a
library (accuracy of a feed, profits) is written here from its documented rules.
"""
import hashlib
import importlib.metadata
import json
import pathlib
import sys
import warnings

import sklearn.metrics
import statsmodels.stats.proportion
from sklearn.metrics import log_loss, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

DAY = 86400


def metrics_of(truth, probs):
    called = [p > 0.5 for p in probs]
    correct, n = sum(t == c for t, c in zip(truth, called)), len(truth)
    low, high = proportion_confint(count=correct, nobs=n)
    precision, recall, f1, _ = precision_recall_fscore_support(truth, called, average="binary", zero_division=0.0)
    loss = 3.0 if min(truth) == max(truth) else log_loss(truth, probs)
    return [float(x) for x in (correct / n, low, high, precision, recall, f1, loss)]


def running_metrics(i):
    truth, probs = i["truth"], i["prob_up"]
    return [metrics_of(truth[:k], probs[:k]) for k in range(1, len(truth) + 1)]


def direction_metrics(i):
    return [metrics_of(r["truth"], r["prob_up"]) for r in i["rows"]]


def feed_accuracy(i):
    day = i["day"]
    yesterday = today = 0.0
    correct = evaluated = 0
    for start, up, staked, truth, canceled in i["slots"]:
        if staked == 0.0:
            continue
        if day - DAY < start < day:
            yesterday += staked
        elif start > day:
            today += staked
        predicted = False if up == 0.0 else up / staked > 0.5
        if truth is not None and not canceled:
            evaluated += 1
            correct += predicted == truth
    percent = 0 if correct == 0 else correct / evaluated * 100
    return [[correct, evaluated, percent, yesterday, today]]


def regression_errors(i):
    rows = zip(i["price"], i["next_price"], i["forecast"])
    return [nxt - (now + f * now if i["relative"] else f) for now, nxt, f in rows]


def predictoor_profit(i):
    stake, others, revenue = i["stake"], i["others_stake"], i["revenue"]
    out = []
    for p, up in zip(i["prob_up"], i["truth"]):
        account_up, account_down = -stake * p, -stake * (1.0 - p)
        mine = stake * p if up else stake * (1.0 - p)
        won = (revenue + others + stake) * (mine / (others * i["others_accuracy"] + mine))
        out.append(account_up + won + account_down if up else account_up + (account_down + won))
    return out


class Trader:
    """One position at a time; every trade costs the fee, but for buying a short position back."""

    def __init__(self, terms):
        self.terms, self.side = terms, None

    def open(self, side, price, confidence):
        t, direction = self.terms, 1 if side == "long" else -1
        money = t["amount"] * (1 + confidence)
        self.side = side
        if side == "long":
            self.worth, self.size = money, (money - money * t["fee"]) / price
        else:
            self.size = money / price
            self.worth = (self.size - self.size * t["fee"]) * price
        self.gain_at = price + direction * price * t["take_profit"]
        self.loss_at = price - direction * price * t["stop_loss"]

    def close(self, price):
        side, self.side = self.side, None
        if side == "long":
            return (self.size - self.size * self.terms["fee"]) * price - self.worth
        return self.worth - self.size * price

    def step(self, p, close, high, low):
        up, down = (p - 0.5) * 2.0, ((1.0 - p) - 0.5) * 2.0
        threshold = self.terms["confidence_threshold"]
        wants = "long" if p > 0.5 and up > threshold else "short" if p < 0.5 and down > threshold else None
        if self.side is None:
            if wants:
                self.open(wants, close, up if wants == "long" else down)
            return 0.0
        best, worst = (high, low) if self.side == "long" else (-low, -high)
        sign = 1 if self.side == "long" else -1
        if best >= sign * self.gain_at:
            return self.close(self.gain_at)
        if worst <= sign * self.loss_at:
            return self.close(self.loss_at)
        return 0.0 if wants == self.side else self.close(close)


def trader_profit(i):
    trader = Trader(i)
    return [trader.step(*row) for row in zip(i["prob_up"], i["close"], i["high"], i["low"])]


FUNCTIONS = {
    f.__name__: f
    for f in (running_metrics, direction_metrics, feed_accuracy, regression_errors, predictoor_profit, trader_profit)
}


def identity():
    digest = hashlib.sha256()
    roots = [sklearn.metrics.__file__, statsmodels.stats.proportion.__file__]
    for path in sorted(p for root in roots for p in pathlib.Path(root).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("scikit-learn", "statsmodels"))
    return {"oracle": "pdr-backend's metrics", "version": versions, "sha256": digest.hexdigest()}


def answer(call):
    try:
        return {"outputs": FUNCTIONS[call["function"]](call["inputs"])}
    except (ValueError, ZeroDivisionError) as e:
        return {"error": type(e).__name__}


def main():
    warnings.simplefilter("ignore")
    print(json.dumps(identity()), flush=True)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(json.loads(line)), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
