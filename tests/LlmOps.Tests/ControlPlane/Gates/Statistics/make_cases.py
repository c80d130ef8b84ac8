"""Makes cases.json with SciPy and statsmodels, as an independent answer to what the gates' statistics compute.

    apt-get install python3-scipy python3-statsmodels
    /usr/bin/python3 make_cases.py > cases.json

The exact paired bounds are found by enumerating every table of n items with the multinomial distribution, ordered by
Tango limits whose nuisance parameter is found numerically; the product uses neither.
"""
import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import stats
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln, xlogy
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint


def tango_lower(n, gains, losses, z):
    low, high = np.full(gains.shape, -1.0), (gains - losses) / n
    for _ in range(60):
        d = (low + high) / 2
        q_low, q_high = np.maximum(0.0, -d), (1 - d) / 2
        for _ in range(60):
            q = (q_low + q_high) / 2
            with np.errstate(divide="ignore", invalid="ignore"):
                slope = (np.where(gains > 0, gains / (q + d), 0) + np.where(losses > 0, losses / q, 0)
                         - 2 * (n - gains - losses) / (1 - 2 * q - d))
            q_low, q_high = np.where(slope > 0, q, q_low), np.where(slope > 0, q_high, q)
        variance = n * (2 * q + d - d * d)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where(variance > 1e-15, (gains - losses - n * d) / np.sqrt(np.maximum(variance, 1e-300)), 0)
        low, high = np.where(score >= z, d, low), np.where(score >= z, high, d)
    return (low + high) / 2


def exact_lower(n, gains, losses, alpha):
    if losses == n:
        return -1.0
    b, c = (a.ravel() for a in np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"))
    keep = b + c <= n
    b, c = b[keep], c[keep]
    order = tango_lower(n, b.astype(float), c.astype(float), stats.norm.isf(alpha))
    seen = order[(b == gains) & (c == losses)][0]
    good = order >= seen - 1e-9
    b, c = b[good], c[good]
    ways = gammaln(n + 1) - gammaln(b + 1) - gammaln(c + 1) - gammaln(n - b - c + 1)

    def chance(x, y):
        return np.exp(ways + xlogy(b, x) + xlogy(c, y) + xlogy(n - b - c, max(0.0, 1 - x - y))).sum()

    # Berger and Boos: the share of items that change is at most its own upper limit, which costs a part of alpha.
    spent = min(0.001, alpha / 10)
    total = gains + losses
    most = 1.0 if total == n else float(stats.beta.isf(spent, total + 1, n - total))
    level = alpha - spent

    def bound(x):
        if chance(x, 0.0) < level:
            return 1.0
        if chance(x, most - x) >= level:
            return 2 * x - most
        return x - brentq(lambda y: chance(x, y) - level, 0, most - x, xtol=1e-12)

    best, tried = 1.0, []
    for x in most * np.linspace(0, 1, 601) ** 2:
        needed = max(0.0, x - best)
        possible = needed <= most - x and chance(x, needed) >= level
        tried.append((bound(x), x) if possible else (1.0, x))
        best = min(best, tried[-1][0])
    for i, (value, x) in enumerate(tried):
        if value < best + 0.02 and value <= min(tried[max(i - 1, 0)][0], tried[min(i + 1, 600)][0]):
            ends = tried[max(i - 1, 0)][1], tried[min(i + 1, 600)][1]
            best = min(best, float(minimize_scalar(bound, bounds=ends, method="bounded", options={"xatol": 1e-10}).fun))
    line = [(x, chance(x, most - x) - level) for x in most * np.linspace(0, 1, 601)]
    for (x, before), (y, after) in zip(line, line[1:]):
        if before < 0 <= after:
            best = min(best, 2 * brentq(lambda at: chance(at, most - at) - level, x, y, xtol=1e-13) - most)
    return float(best)


def paired():
    tables = [(200, 0, 0), (200, 2, 1), (200, 30, 5), (89, 0, 0), (89, 4, 4), (42, 0, 0), (42, 0, 3), (42, 1, 0), (20, 0, 0),
              (20, 3, 2), (20, 0, 20), (10, 10, 0), (8, 0, 2), (1, 0, 0), (60, 12, 20), (100, 6, 0), (100, 0, 6), (150, 8, 3)]
    for i, (n, gains, losses) in enumerate(tables):
        alpha = [0.05, 0.025, 0.05, 0.01][i % 4]
        result = mcnemar([[n - gains - losses, gains], [losses, 0]], exact=True)
        yield {"items": n, "gains": gains, "losses": losses, "alpha": alpha, "lower": exact_lower(n, gains, losses, alpha),
               "upper": -exact_lower(n, losses, gains, alpha), "mcnemar": float(result.pvalue)}


def shares():
    for k, n, alpha in [(0, 42, 0.05), (42, 42, 0.05), (40, 42, 0.025), (192, 200, 0.05), (167, 200, 0.05), (1, 3, 0.01), (500, 1000, 0.05),
                        (0, 1, 0.05), (3, 5000, 0.025), (89, 89, 0.01)]:
        lower, upper = proportion_confint(k, n, alpha=2 * alpha, method="beta")
        yield {"right": k, "items": n, "alpha": alpha, "lower": 0.0 if k == 0 else float(lower), "upper": 1.0 if k == n else float(upper)}


def bca():
    random = np.random.default_rng(20250101)
    for i in range(12):
        size = [6, 12, 25, 60][i % 4]
        values = [random.normal, random.standard_exponential, random.random][i % 3](size=size)
        alpha = [0.05, 0.025][i % 2]
        result = stats.bootstrap((values,), np.mean, confidence_level=1 - 2 * alpha, n_resamples=99, method="BCa", random_state=i)
        yield {"values": values.tolist(), "drawn": result.bootstrap_distribution.tolist(), "alpha": alpha,
               "lower": float(result.confidence_interval.low), "upper": float(result.confidence_interval.high)}


def normals():
    for p in [1e-9, 0.001, 0.01, 0.025, 0.05, 0.31, 0.5, 0.8, 0.975, 0.999999]:
        yield {"p": p, "z": float(stats.norm.ppf(p))}


cases = {
    "generator": f"make_cases.py, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}",
    "paired": list(paired()), "shares": list(shares()), "bca": list(bca()), "normal": list(normals()),
}
json.dump(cases, sys.stdout, indent=1)
print()
