"""Answers Yuma consensus questions in Python's integers, every number as its bits: dense, step by step, no package.

A line of JSON on standard input is a call: {"function": NAME, "inputs": {...}}; a line on standard output is its
answer: {"outputs": ...}, or {"error": CLASS} where the chain would wrap. The first line printed names the oracle.

Written from the rules of opentensor/subtensor's sparse path (`pallets/subtensor/src/epoch`, release 425) and of
substrate-fixed 0.6.0, not from this library; it gives every value of the published epochs of `tests/vectors/yuma.json`.
"""
import hashlib
import json
import pathlib
import sys

ONE = 1 << 32
U16 = 65535
U64 = (1 << 64) - 1
LOW, HIGH = -(1 << 63), (1 << 63) - 1
WIDE = (1 << 127) - 1


def clip(x):
    return max(LOW, min(HIGH, x))


def mul(a, b):
    return clip((a * b) >> 32)


def trunc(a, b):
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def div(a, b):
    if b == 0:
        return 0
    q = trunc(a << 32, b)
    return q if LOW <= q <= HIGH else 0


def total(values):
    s = 0
    for v in values:
        s += v
        if not LOW <= s <= HIGH:
            raise OverflowError
    return s


def normal(values):
    s = total(values)
    return [div(v, s) for v in values] if s else list(values)


def ratio(x):
    return (x << 32) // U16


def u16(x):
    return max(0, min(U16, (x * U16) >> 32))


def exp(x):
    x = max(-20 * ONE, min(20 * ONE, x))
    if x == 0:
        return ONE
    if x == ONE:
        return 11674931200
    y = abs(x)
    r, t = ONE + y, y
    for i in range(2, 32):
        t = (t * y) >> 32
        t //= i
        r += t
    return r if x > 0 else (ONE * ONE) // r


def bounded(x, low, high):
    return low if x < low else high if x > high else x


def sigmoid_alpha(c, w, b, low, high, steepness):
    d = bounded(w - c, 0, ONE) if w >= b else bounded(b - w, 0, ONE)
    z = mul(trunc(steepness, -100), d - ONE // 2)
    s = div(ONE, ONE + exp(z))
    return bounded(low + mul(s, high - low), low, high)


def quickselect(stake, score, minority, high):
    at, low, rounds = list(range(len(stake))), 0, 0
    while rounds <= len(stake):
        if not at:
            return 0
        if len(at) == 1:
            return score[at[0]]
        pivot = score[at[len(at) // 2]]
        lower = [i for i in at if score[i] < pivot]
        upper = [i for i in at if score[i] > pivot]
        below, above = sum(stake[i] for i in lower), sum(stake[i] for i in upper)
        if minority < low + below and lower:
            high, at = low + below, lower
        elif high - above <= minority and upper:
            low, at = high - above, upper
        else:
            return pivot
        rounds += 1
    return 0


def median(stake, score, majority):
    at = [i for i, s in enumerate(stake) if s > 0]
    part = normal([stake[i] for i in at])
    s = total(part)
    return quickselect(part, [score[i] for i in at], s - majority, s)


def column_medians(stake, rows, majority):
    at = [i for i, s in enumerate(stake) if s > 0]
    part = normal([stake[i] for i in at])
    s = total(part)
    held = [dict(rows[i]) for i in at]
    return [quickselect(part, [h.get(j, 0) for h in held], s - majority, s) for j in range(len(stake))]


def top(values, k):
    order = sorted(range(len(values)), key=lambda i: values[i])
    best = set(order[len(order) - k:]) if k < len(order) else set(order)
    return [values[i] != 0 and i in best for i in range(len(values))]


def columns_by(rows, fold):
    n = len(rows)
    by = [0] * n
    for row in rows:
        for j, x in row:
            by[j] = fold(by[j], x)
    return [[(j, div(x, by[j]) if by[j] else x) for j, x in row] for row in rows]


def column_normal(rows):
    return columns_by(rows, lambda a, b: clip(a + b))


def ema(new, old, a):
    out = []
    for i in range(len(new)):
        row = [0] * len(new)
        for j, x in new[i]:
            row[j] = clip(row[j] + mul(a, x))
        for j, x in old[i]:
            row[j] = clip(row[j] + mul(ONE - a, x))
        out.append([(j, x) for j, x in enumerate(row) if x > 0])
    return out


def cursor(row, n):
    """What a cursor that only goes forward reads column by column."""
    at, seen = 0, []
    for j in range(n):
        while at < len(row) and row[at][0] < j:
            at += 1
        seen.append(row[at][1] if at < len(row) and row[at][0] == j else 0)
    return seen


def liquid_ema(new, old, consensus, low, high, steepness):
    n, out = len(new), []
    for w, b in zip(new, old):
        ws, bs = cursor(w, n), cursor(b, n)
        alpha = [sigmoid_alpha(consensus[j], ws[j], bs[j], low, high, steepness) for j in range(n)]
        kept = [0] * n
        for j, x in b:
            kept[j] = mul(ONE - alpha[j], x)
        row = []
        for j, x in w:
            v = max(0, min(ONE, clip(kept[j] + max(0, mul(alpha[j], x)))))
            if v > 0:
                row.append((j, v))
        out.append(row)
    return out


def stakes(i):
    weight = (i["tao_weight"] << 32) // U64
    out = []
    for uid, (alpha, tao) in enumerate(zip(i["alpha_stake"], i["tao_stake"])):
        alpha, tao = min(alpha, HIGH), min(tao, HIGH)
        stake = min(WIDE, (alpha << 64) + min(WIDE, tao * weight << 32))
        out.append(stake if stake >> 64 >= i["stake_threshold"] or uid == i["owner"] else 0)
    if sum(out) > WIDE:
        raise OverflowError
    s = sum(out)
    return [clip(((x << 64) // s) >> 32) if s else 0 for x in out]


def epoch(i):
    n, owner, now = len(i["alpha_stake"]), i["owner"], i["block"]
    registered, updated = i["registered"], i["last_update"]
    active = [min(U64, u + i["activity_cutoff"]) >= now for u in updated]
    stake = stakes(i)
    permit, following = list(i["validator_permit"]), top(stake, i["max_validators"])
    if owner is not None:
        permit[owner] = following[owner] = True
    active_stake = normal([s if a and p else 0 for s, a, p in zip(stake, active, permit)])

    weights = []
    for v in range(n):
        row = []
        for j, w in i["weights"][v] if permit[v] else []:
            if j >= n or (j == v and v != owner) or updated[v] <= registered[j]:
                continue
            if i["commits"] is not None and i["commits"][v] is not None and i["commits"][v] < registered[j]:
                continue
            row.append((j, w << 32))
        s = total([x for _, x in row])
        weights.append([(j, div(x, s) if s > 0 else x) for j, x in row])

    consensus = column_medians(active_stake, weights, ratio(i["kappa"]))
    clipped = []
    for row in weights:
        cut = [(j, min(x, consensus[j])) for j, x in row if not (x > consensus[j] and consensus[j] <= 0)]
        clipped.append(cut)
    trust = [total([x for _, x in row]) for row in clipped]
    rank = [0] * n
    for row, s in zip(clipped, active_stake):
        for j, x in row:
            rank[j] = clip(rank[j] + mul(s, x))
    incentive = normal(rank)

    penalty = i["bonds_penalty"]
    if penalty in (0, U16):
        towards = clipped if penalty else weights
    else:
        towards = []
        for w, c in zip(map(dict, weights), map(dict, clipped)):
            mixed = [(j, w.get(j, 0) + mul(ratio(penalty), c.get(j, 0) - w.get(j, 0))) for j in range(n)]
            towards.append([(j, x) for j, x in mixed if x > 0])

    last = i["last_epoch"]
    since = max(0, now - i["tempo"]) if last is None else min(U64, last + 1)
    old = [[(j, b) for j, b in row if since > registered[j]] for row in i["bonds"]]
    a = ONE - clip(((min(i["bonds_moving_average"], HIGH) << 64) // 10**6) >> 32)
    if i["yuma3"]:
        old = [[(j, ratio(b)) for j, b in row] for row in old]
        if i["liquid_alpha"] and any(consensus):
            low, high, steepness = i["liquid_alpha"]
            bonds = liquid_ema(towards, old, consensus, ratio(low), ratio(high), steepness << 32)
        else:
            bonds = ema(towards, old, a)
        parts = [[(j, mul(x, incentive[j])) for j, x in row] for row in column_normal(bonds)]
        held = [total([x for _, x in row]) for row in parts]
        dividends = [(t * s) >> 32 for t, s in zip(held, active_stake)]
        dividends = [d if LOW <= d <= HIGH else 0 for d in dividends]
    else:
        old = column_normal([[(j, b << 32) for j, b in row] for row in old])
        new = column_normal([[(j, mul(s, x)) for j, x in row] for row, s in zip(towards, active_stake)])
        bonds = column_normal(ema(new, old, a))
        dividends = []
        for row in bonds:
            d = 0
            for j, x in row:
                d = clip(d + mul(incentive[j], x))
            dividends.append(d)
        bonds = columns_by(bonds, max)
    dividends = normal(dividends)

    both = [clip(x + y) for x, y in zip(incentive, dividends)]
    s = total(both)
    shares = [[div(x, s) if s else x for x in v] for v in (incentive, dividends, both)]
    if s == 0:
        shares[1] = shares[2] = active_stake if any(active_stake) else stake
    rao = i["rao"]
    return {
        "active": active, "stake": stake, "active_stake": active_stake, "validator_permit": following,
        "weights": weights, "consensus": consensus, "clipped_weights": clipped, "validator_trust": trust,
        "incentive": incentive, "dividends": dividends, "bonds": bonds, "server_share": shares[0],
        "validator_share": shares[1], "combined_share": shares[2],
        "stored_bonds": [[(j, u16(x)) for j, x in row] if p else [] for row, p in zip(bonds, following)],
        "stored": [[u16(x) for x in v] for v in (stake, consensus, trust, incentive, dividends)],
        "rao": [[max(0, min(U64, x * rao >> 32)) for x in share] for share in shares],
    }


def text(v):
    """Numbers apart by spaces, lists and the entries of rows by semicolons; flags as 0 and 1."""
    if v and isinstance(v[0], (list, tuple)):
        return ";".join(map(text, v))
    return " ".join(str(int(x)) for x in v)


def yuma_epoch(i):
    return [f"{name}: {text(v)}" for name, v in epoch(i).items()]


def yuma_median(i):
    return [str(median(*case)) for case in i["cases"]]


def yuma_max_upscale(i):
    out = []
    for v in i["cases"]:
        high = max(v, default=0)
        half = ONE // 2
        if high > 32768:
            new = [(w * ((U16 << 32) // high) + half) >> 32 for w in v]
        else:
            new = [(((w * U16) << 32) // high + half) >> 32 if high else 0 for w in v]
        out.append(text(new))
    return out


FUNCTIONS = {f.__name__: f for f in (yuma_epoch, yuma_median, yuma_max_upscale)}


def main():
    digest = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    print(json.dumps({"oracle": "yuma", "version": "subtensor 425", "sha256": digest}), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"outputs": FUNCTIONS[call["function"]](call["inputs"])}
        except OverflowError:
            answer = {"error": "OverflowError"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
