# SPDX-License-Identifier: Apache-2.0
"""What was wanted, what was measured, and whether that is met.  Judged only by people: a time says nothing on a busy machine."""
import collecting
import comparing
import measure

PEAK_MB, PEAK_BYTES_ENTRY = 64, 160


def bound_kb(entries):
    return PEAK_MB * 1024 + entries * PEAK_BYTES_ENTRY / 1024


def item(what, value, most=None, least=None, unit="x", at_least=False):
    """at_least: the value is a lower bound, as one side was cut short."""
    met = None
    if value is not None:
        met = value <= most if most is not None else value >= least or (None if at_least else False)
    return {"what": what, "value": value, "unit": unit, "most": most, "least": least, "at_least": at_least, "met": met}


def of_collect(images):
    for image in images:
        rows, kind = image["rows"], {"none": "uncompressed"}.get(image["compression"], image["compression"])
        yield item("collect of %s layers / fastest pass" % kind, measure.ratio(rows, collecting.BASEDRIFT, collecting.PASS), most=1.15)
        yield item("peak memory of that / (%d MB + %d bytes an entry)" % (PEAK_MB, PEAK_BYTES_ENTRY),
                   rows[collecting.BASEDRIFT]["peak_kb"] / bound_kb(image["entries"]), most=1)
        if collecting.TRIVY in rows:
            yield item("trivy / collect, cold", measure.ratio(rows, collecting.TRIVY, collecting.BASEDRIFT), least=7)
            yield item("trivy / collect, warm", measure.ratio(rows, collecting.TRIVY_WARM, collecting.KNOWN), least=10)


def of_pair(pair):
    rows = pair["rows"]
    peer = rows.get(comparing.DIFFOSCOPE) or {}
    yield item("diffoscope / diff of two images", measure.ratio(rows, comparing.DIFFOSCOPE, comparing.COLD), least=100, at_least=bool(peer.get("cut")))
    yield item("diff of two known images", rows[comparing.KNOWN]["median"] * 1000, most=150, unit="ms")


def of_records(records):
    rows = records["rows"]
    files = "{:,}".format(records["files"])
    yield item("diff of two records of %s files / comm -3" % files, measure.ratio(rows, "basedrift diff", "comm -3"), most=3)
    yield item("peak memory of that", rows["basedrift diff"]["peak_kb"] / 1024, most=300, unit="MB")


def of_curves(curves):
    points = curves["megabytes"]["points"] + curves["entries"]["points"]
    yield item("peak memory over all sizes / its bound, at most", max(p["peak_kb"] / bound_kb(p["entries"]) for p in points), most=1)
    for name in ("megabytes", "entries"):
        if curves[name]["fit"]:
            yield item("R2 of the straight line: " + name, curves[name]["fit"]["r2"], least=0.98, unit="")


def judged(results):
    items = []
    items += of_collect(results.get("collect", []))
    if "second" in results:
        items.append(item("image that shares all but a 1 MB layer / cold", results["second"]["share"] * 100, most=3, unit="%"))
    if "pair" in results:
        items += of_pair(results["pair"])
    if "records" in results:
        items += of_records(results["records"])
    if "curves" in results:
        items += of_curves(results["curves"])
    return items
