"""Works a draw out again:  redkite --json draw show ID | python3 docs/draw.py"""

import hashlib
import hmac
import itertools
import json
import sys

draw = json.load(sys.stdin)


def check(what, holds):
    print("ok  " if holds else "WRONG", what, file=sys.stderr)
    if not holds:
        sys.exit(1)


def words(seed):
    for n in itertools.count():
        block = hmac.new(seed, str(n).encode(), "sha256").digest()
        yield int.from_bytes(block[:8], "big")


check("the algorithm is known", draw["algorithm"] == "hmac-sha256-fisher-yates-1")
roster = "".join(no + "\n" for no in sorted(draw["roster"], key=str.encode))
digest = hashlib.sha256(roster.encode()).hexdigest()
check("the roster is the one that was committed to", digest == draw["roster_hash"])
stock = "".join(line + "\n" for line in sorted(draw.get("stock") or [], key=str.encode))
stocked = hashlib.sha256(stock.encode()).hexdigest()
check("so is the stock", draw.get("stock_hash") in (None, stocked))
secret = draw["secret"].encode()
check("so is the secret", hashlib.sha256(secret).hexdigest() == draw["secret_hash"])
order = roster.split()
stream = words(hmac.new(secret, f"{digest}:{draw['value']}".encode(), "sha256").digest())
for last in range(len(order) - 1, 0, -1):
    word = next(w for w in stream if w < 2**64 - 2**64 % (last + 1))
    other = word % (last + 1)
    order[last], order[other] = order[other], order[last]
check("the order follows from them", order == draw["order"])
print("\n".join(order))
