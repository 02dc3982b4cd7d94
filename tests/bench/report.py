# SPDX-License-Identifier: Apache-2.0
"""What was measured as tables, for the terminal and as Markdown, and as charts."""
import os

import accept
import collecting
import comparing
import curves
import svg


class Text:
    """Tables with aligned columns; the first column is words, the others are numbers."""

    def __init__(self):
        self.lines = []

    def title(self, words):
        self.lines += ["", words, ""] if self.lines else [words, ""]

    def note(self, words):
        self.lines.append(words)

    def table(self, head, rows):
        widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
        for row in [head, *rows]:
            self.lines.append(("  " + "  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths)))).rstrip())

    def text(self):
        return "\n".join(self.lines) + "\n"


class Markdown(Text):
    def title(self, words):
        self.lines += ["", "### " + words, ""] if self.lines else ["### " + words, ""]

    def note(self, words):
        self.lines += ["", words]

    def table(self, head, rows):
        for row in [head, ["---"] + ["---:"] * (len(head) - 1), *rows]:
            self.lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")


def seconds(value):
    return "%.3f" % value if value < 1 else "%.2f" % value if value < 10 else "%.1f" % value


def times(value):
    return "%.0f x" % value if value >= 10 else "%.2f x" % value


def side_by_side(out, rows, first):
    """Each row's times, and how many times as long as the first it takes."""
    bound, cells = rows[first]["median"], []
    for name, row in rows.items():
        if row is None or "failed" in row:
            cells.append([name, "failed", "", "", "", "", ""])
            continue
        sign = "> " if row["cut"] else ""
        ratio = "" if name == first else sign + times(row["median"] / bound)
        cells.append([name, sign + seconds(row["median"]), seconds(row["min"]), seconds(row["max"]), seconds(row["cpu"]),
                      "%.0f" % (row["peak_kb"] / 1024), ratio])
    out.table(["", "median s", "min", "max", "CPU s", "peak MB", "/ " + first], cells)


def collect(out, images):
    for image in images:
        out.title("collect: {layers} layers, {compression}, {mb:,.0f} MB of blobs, {entries:,} entries".format(mb=image["blob_bytes"] / 1e6, **image))
        side_by_side(out, image["rows"], collecting.BASEDRIFT)
        found = ", ".join("%s %d (Debian %d)" % (name, n["all"], n["deb"]) for name, n in image["packages"].items())
        out.note("Packages found: %s." % found)


def curve(out, found):
    for name, (title, label, unit, scale) in curves.TITLES.items():
        points, line = found[name]["points"], found[name]["fit"]
        out.title(title)
        head, rows = [label, "median s", "min", "max", "peak MB"], [
            ["{:,.0f}".format(p["x"]), seconds(p["median"]), seconds(p["min"]), seconds(p["max"]), "%.0f" % (p["peak_kb"] / 1024)] for p in points]
        if "entries" in points[0]:
            head.append("of at most")
            rows = [[*row, "%.0f" % (accept.bound_kb(p["entries"]) / 1024)] for row, p in zip(rows, points)]
        out.table(head, rows)
        if line:
            out.note(fitted(line, unit, scale))


def fitted(line, unit, scale):
    return "Slope %.3g s / %s, R2 %.4f, at most %.1f %% from a straight line." % (line["slope"] * scale, unit, line["r2"], 100 * line["deviation"])


def accepted(out, items):
    def number(item, value):
        if value is None:
            return "not measured"
        return ("≥ " if item["at_least"] and value is item["value"] else "") + "%.4g %s" % (value, item["unit"])
    out.title("Wanted")
    out.table(["", "measured", "wanted", "met"],
              [[i["what"], number(i, i["value"]).strip(), ("≤ %g" % i["most"] if i["most"] is not None else "≥ %g" % i["least"]) + " " + i["unit"],
                {True: "yes", False: "no", None: "-"}[i["met"]]] for i in items])


def written(out, results):
    m = results["machine"]
    out.title("%s processors, %s, Linux %s, %s" % (m["processors"], m["model"], m["kernel"], m["time"]))
    out.note("Medians of %d runs in alternation; size \"%s\"." % (results["sizes"]["rounds"], results["size"]))
    if m["load"] > 0.5:
        out.note("The machine was not idle (load %.1f): the times say little." % m["load"])
    collect(out, results.get("collect", []))
    if "second" in results:
        out.title("collect: an image that shares all layers with a known one, but for one of 1 MB")
        side_by_side(out, results["second"]["rows"], "cold")
    if "pair" in results:
        out.title("diff of two images")
        side_by_side(out, results["pair"]["rows"], comparing.COLD)
    if "records" in results:
        out.title("diff of two records of {files:,} files, 1 % changed".format(**results["records"]))
        side_by_side(out, results["records"]["rows"], "basedrift diff")
    if "curves" in results:
        curve(out, results["curves"])
    accepted(out, results["accept"])
    return out.text()


def charts(results, folder):
    for name, (title, label, unit, scale) in curves.TITLES.items():
        found = results["curves"][name]
        note = fitted(found["fit"], unit, scale) if found["fit"] else ""
        with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as file:
            file.write(svg.chart(title, label, "seconds", found["points"], found["fit"], note))
