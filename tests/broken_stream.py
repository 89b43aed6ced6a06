"""A long stream of requests, of which every hundredth is broken, through `capaian serve-stdio`."""

import json
import subprocess
import sys
import threading
from pathlib import Path

DESK = Path(__file__).parents[1] / "docs" / "start" / "front-desk.toml"
PROGRAM = """\
import sys
from capaian.cli import main
try:
    main()
finally:
    status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0"
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""
WAYS = {
    b'{"id": ': "CPN-J03",
    b'{"request": "scroe"}': "CPN-J15",
    b"\xff\xfe": "CPN-J04",
    b"x" * 6_000: "CPN-J05",
}
"""How a line is broken, and the code with which that is told."""


def broken_lines(count):
    """Return the numbers of the lines that are broken, with their codes."""
    codes = list(WAYS.values())
    return {number: codes[number // 100 % 4] for number in range(7, count + 1, 100)}


def requests(count):
    """Return requests, each for one subject of its own."""
    ways = list(WAYS)
    for number in range(1, count + 1):
        if number % 100 == 7:
            yield ways[number // 100 % 4]
            continue
        nip = str(198_700_000_000_000_000 + number)
        complaints = [
            {"nip": nip, "received": "2026-01-05 09:00", "answered": "2026-01-06 10:00"},
            {"nip": nip, "received": "2026-01-12 09:00", "answered": None},
        ]
        services = [{"nip": nip, "on": "2026-01-20"}] * (number % 5 + 1)
        evidence = {"complaints": complaints, "services": services}
        yield json.dumps({"id": nip, "request": "score", "evidence": evidence}).encode()


def streamed(count):
    """Send so many requests and read the answers as they come.

    Returns the refused lines with their codes, how many were scored, the exit code and the most
    memory that the process took, in kilobytes. Proves that each score is of the line that it says.
    """
    words = ["serve-stdio", "--longest-line", "5000", "--policy", str(DESK), "--period", "2026-01",
             "--as-of", "2026-02-01"]  # fmt: skip
    run = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip

    def feed():
        with run.stdin as sink:
            sink.writelines(each + b"\n" for each in requests(count))

    feeding = threading.Thread(target=feed)
    feeding.start()
    told, scored, last = [], 0, 0
    for line in run.stdout:
        found = json.loads(line)
        if found["kind"] == "error":
            told.append((found["line"], found["code"]))
        elif found["kind"] == "score":
            expected = str(198_700_000_000_000_000 + found["line"])
            assert found["score"]["subject"] == found["id"] == expected
            assert found["line"] > last
            last, scored = found["line"], scored + 1
    feeding.join()
    memory = run.stderr.read()
    run.stdout.close()
    run.stderr.close()
    return told, scored, run.wait(), int(memory)
