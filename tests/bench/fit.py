# SPDX-License-Identifier: Apache-2.0
"""The straight line through points, by least squares, and how far they are from it."""


def line(points):
    """slope, intercept, r2, and largest deviation from the line as a share of the line's largest value; None for fewer than two places."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if spread == 0:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    intercept = mean_y - slope * mean_x
    total = sum((y - mean_y) ** 2 for _, y in points)
    left = sum((y - intercept - slope * x) ** 2 for x, y in points)
    top = max(abs(intercept + slope * x) for x, _ in points)
    deviation = max(abs(y - intercept - slope * x) for x, y in points)
    return {"slope": slope, "intercept": intercept, "r2": 1 - left / total if total else 1.0, "deviation": deviation / top if top else 0.0}
