# SPDX-License-Identifier: Apache-2.0
"""How large the inputs are: what `run` measures when asked for tiny (does it work?), quick (minutes) or full (what the README states)."""

QUICK = {
    "rounds": 3,
    "image.megabytes": 400, "image.entries": 40000, "image.layers": 10, "image.packages": 500,
    "pair.megabytes": 60, "pair.packages": 8,
    "records.files": 200000,
    "curve.megabytes": [100, 200, 400, 800],
    "curve.entries": [25000, 50000, 100000, 200000],
    "curve.layers": [1, 2, 4, 8, 16, 32],
    "curve.packages": [500, 1000, 2000, 4000],
    "curve.known": [0, 2, 4, 6, 8, 10],
    "curve.changes": [0, 1, 10, 25, 50, 100],
    "curve.records": [50000, 100000, 200000],
    "fixed.megabytes": 100, "fixed.entries": 20000, "fixed.files": 100000,
    "limit": 120,
}

FULL = {
    **QUICK, "rounds": 5,
    "image.megabytes": 2900, "image.entries": 275000, "image.layers": 17, "image.packages": 1650,
    "pair.megabytes": 400, "pair.packages": 23,
    "records.files": 1000000,
    "curve.megabytes": [500, 1000, 2000, 3000, 4000],
    "curve.entries": [125000, 250000, 500000, 750000, 1000000],
    "curve.layers": [1, 2, 4, 8, 16, 32, 64],
    "curve.packages": [1000, 2000, 4000, 8000, 16000],
    "curve.changes": [0, 1, 5, 10, 25, 50, 100],
    "curve.records": [125000, 250000, 500000, 1000000],
    "fixed.megabytes": 400, "fixed.entries": 100000, "fixed.files": 500000,
    "limit": 600,
}

TINY = {
    **QUICK, "rounds": 1,
    "image.megabytes": 1, "image.entries": 100, "image.layers": 2, "image.packages": 10,
    "pair.megabytes": 2, "pair.packages": 2,
    "records.files": 500,
    "curve.megabytes": [1, 2],
    "curve.entries": [100, 200],
    "curve.layers": [1, 2],
    "curve.packages": [50, 100],
    "curve.known": [0, 5, 10],
    "curve.changes": [0, 50, 100],
    "curve.records": [100, 200],
    "fixed.megabytes": 1, "fixed.entries": 100, "fixed.files": 200,
    "limit": 20,
}

SETS = {"tiny": TINY, "quick": QUICK, "full": FULL}


def changed(sizes, words):
    """sizes with what NAME=N[,N…] words say instead; raises ValueError."""
    sizes = dict(sizes)
    for word in words:
        name, _, values = word.partition("=")
        if name not in sizes:
            raise ValueError("%s: no such size; there are %s" % (name, ", ".join(sorted(sizes))))
        numbers = [int(value) for value in values.split(",")]
        if not isinstance(sizes[name], list) and len(numbers) != 1:
            raise ValueError("%s: one number" % name)
        sizes[name] = numbers if isinstance(sizes[name], list) else numbers[0]
    return sizes
