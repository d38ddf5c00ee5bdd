"""How large a page is and how long it takes to make one from an executed notebook.

    python bench/page_size.py RUN_FOLDER [--rounds 3]

RUN_FOLDER is what `policymodel run` or `policymodel demo` wrote. Prints JSON: bytes and compressed bytes of each
page, seconds of the first rendering in a process (with its imports done) and of the next ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from policymodel.charts.bundle import vega_bundle
from policymodel.report.html import render_html


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages = sorted(options.folder.glob("*/report.*.html"))
    if not pages:
        print(f"{options.folder} holds no pages; make them with policymodel demo", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    script = vega_bundle()
    bundle_seconds = time.perf_counter() - begun
    seconds = []
    with tempfile.TemporaryDirectory() as place:
        for _ in range(options.rounds):
            for page in pages:
                language = page.name.split(".")[1]
                begun = time.perf_counter()
                render_html(page.with_name("report.ipynb"), language, Path(place) / page.name)
                seconds.append(time.perf_counter() - begun)
    sizes = [len(page.read_bytes()) for page in pages]
    packed = [len(gzip.compress(page.read_bytes(), mtime=0)) for page in pages]
    result = {
        "pages": len(pages),
        "bytes": {"largest": max(sizes), "median": int(statistics.median(sizes))},
        "compressed_bytes": {"largest": max(packed), "median": int(statistics.median(packed))},
        "drawing_script_bytes": len(script.encode()),
        "seconds": {
            "drawing_script": round(bundle_seconds, 3),
            "first_page": round(seconds[0], 3),
            "next_page_median": round(statistics.median(seconds[1:]), 3) if len(seconds) > 1 else None,
        },
    }
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
