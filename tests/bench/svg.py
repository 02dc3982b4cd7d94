# SPDX-License-Identifier: Apache-2.0
"""A chart of measured points: median, least and most, and the straight line through them."""
import html
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 320, 64, 24, 44, 52
STYLE = ("text{font:12px sans-serif;fill:#1f2328}.t{font-size:14px;font-weight:600}.s{fill:#59636e}.g{stroke:#d1d9e0}.a{stroke:#59636e}"
         ".b{fill:#fff}.p{fill:#0969da}.r{stroke:#0969da;stroke-width:1.5}.l{stroke:#0969da;stroke-dasharray:5 4;fill:none}"
         "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s{fill:#9198a1}.g{stroke:#3d444d}.a{stroke:#9198a1}.b{fill:#0d1117}"
         ".p{fill:#4493f8}.r,.l{stroke:#4493f8}}")


def step(top, wanted=5):
    """The distance of round numbers, about that many up to top."""
    rough = top / wanted
    power = 10 ** math.floor(math.log10(rough))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.999)


def number(value):
    return "{:,.6g}".format(value) if value < 1e5 else "{:,.0f}".format(value)


def ticks(top):
    distance = step(top)
    return [i * distance for i in range(int(top / distance + 1e-9) + 1)]


def scale(values, low, high):
    top = max(values) * 1.05 or 1
    return top, lambda value: low + (high - low) * value / top


def chart(title, x_label, y_label, points, fit=None, note=""):
    """points: {"x", "median", "min", "max"}; an SVG document."""
    top_x, at_x = scale([p["x"] for p in points], LEFT, WIDTH - RIGHT)
    top_y, at_y = scale([p["max"] for p in points], HEIGHT - BOTTOM, TOP)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"><title>%s</title><style>%s</style>'
           % (WIDTH, HEIGHT, html.escape(title), STYLE), '<rect class="b" width="100%" height="100%"/>',
           '<text class="t" x="%d" y="18">%s</text><text class="s" x="%d" y="35">%s</text>' % (LEFT, html.escape(title), LEFT, html.escape(note))]
    for value in ticks(top_y):
        out.append('<path class="g" d="M%d %.1fH%d"/><text class="s" x="%d" y="%.1f" text-anchor="end">%s</text>'
                   % (LEFT, at_y(value), WIDTH - RIGHT, LEFT - 6, at_y(value) + 4, number(value)))
    for value in ticks(top_x):
        out.append('<path class="a" d="M%.1f %dv4"/><text class="s" x="%.1f" y="%d" text-anchor="middle">%s</text>'
                   % (at_x(value), HEIGHT - BOTTOM, at_x(value), HEIGHT - BOTTOM + 18, number(value)))
    if fit:
        ends = [(x, max(0, fit["intercept"] + fit["slope"] * x)) for x in (0, top_x)]
        out.append('<path class="l" d="M%.1f %.1fL%.1f %.1f"/>' % tuple(v for x, y in ends for v in (at_x(x), max(TOP - 6, at_y(y)))))
    for p in points:
        out.append('<path class="r" d="M%.1f %.1fV%.1f"/><circle class="p" cx="%.1f" cy="%.1f" r="3.5"/>'
                   % (at_x(p["x"]), at_y(p["min"]), at_y(p["max"]), at_x(p["x"]), at_y(p["median"])))
    out.append('<path class="a" d="M%d %dH%d"/><text x="%d" y="%d" text-anchor="end">%s</text><text x="12" y="%d" transform="rotate(-90 12 %d)" '
               'text-anchor="middle" dy="4">%s</text></svg>' % (LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, WIDTH - RIGHT, HEIGHT - 12, html.escape(x_label),
                                                         (TOP + HEIGHT - BOTTOM) // 2, (TOP + HEIGHT - BOTTOM) // 2, html.escape(y_label)))
    return "\n".join(out) + "\n"
