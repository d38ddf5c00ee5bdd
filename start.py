"""Makes the project's environment where it is missing, then does what was asked.

    python3 start.py demo [arguments]     the invented bank, its reports, and where to open them
    python3 start.py test [arguments]     style, types and tests; the arguments go to pytest
    python3 start.py lab [arguments]      a workspace in JupyterLab, in an environment of its own (.venv-lab)
    python3 start.py setup                only the environment, with the tools of the tests
    python3 start.py lock [--upgrade]     renews requirements/*.lock from pyproject.toml

On Windows: py start.py demo. Needs Python 3.11 or newer and nothing else.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "policymodel needs Python 3.11 or newer, and this is Python {}.{}.\nStart it with a newer one, "
        "for example: python3.11 start.py demo (on Windows: py -3.11 start.py demo)".format(*sys.version_info)
    )

ROOT = Path(__file__).resolve().parent
LOCKS = ROOT / "requirements"
WINDOWS = os.name == "nt"
SCRIPTS = "Scripts" if WINDOWS else "bin"
SUFFIX = ".exe" if WINDOWS else ""
STAMP = "policymodel-stamp.json"
# What the tests of a file share is made once; files are taken in their order, so the long ones do not come last.
ONCE = ("--dist", "loadfile", "--no-loadscope-reorder")


class Failed(Exception):
    """A step did not work; the message is for a person, the code for the shell."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


def main(arguments):
    commands = {"demo": demo, "test": test, "lab": lab, "setup": setup, "lock": lock}
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(__doc__)
        return 0 if arguments else 2
    command = commands.get(arguments[0])
    if command is None:
        print("start.py knows {}, not '{}'.".format(", ".join(commands), arguments[0]), file=sys.stderr)
        return 2
    try:
        return command(arguments[1:])
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def demo(arguments):
    scripts = prepare(ROOT / ".venv", "run")
    return call([scripts / f"policymodel{SUFFIX}", "demo", *arguments])


def lab(arguments):
    scripts = prepare(ROOT / ".venv-lab", "lab")
    return call([scripts / f"policymodel{SUFFIX}", "lab", *arguments])


def setup(arguments):
    prepare(ROOT / ".venv", "test")
    return 0


def test(arguments):
    scripts = prepare(ROOT / ".venv", "test")
    python = scripts / f"python{SUFFIX}"
    workers = str(max(1, min(8, os.cpu_count() or 1)))
    steps = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format --check": [python, "-m", "ruff", "format", "--check", "."],
        "pytest": [python, "-m", "pytest", "-n", workers, *ONCE, "-m", "not slow", *arguments],
    }
    codes = {}
    # mypy has work for one core alone, and would leave the others idle
    with tempfile.TemporaryFile() as told, beside([python, "-m", "mypy"], told) as types:
        for name, command in steps.items():
            say(f"\n{name}")
            codes[name] = call(command)
        say("\nmypy")
        codes["mypy"] = types.wait()
        told.seek(0)
        say(told.read().decode("utf-8", "replace").strip())
    failed = [name for name, code in codes.items() if code]
    if not failed:
        return 0
    say("\nNot passed: {}.".format(", ".join(failed)))
    return codes["pytest"] or 1


def lock(arguments):
    scripts = prepare(ROOT / ".venv", "test", check_stamp=False)
    environment = dict(os.environ, UV_CUSTOM_COMPILE_COMMAND="python3 start.py lock")
    for name in ("run", "test", "lab"):
        target = LOCKS / f"{name}.lock"
        what = ["pyproject.toml", "--group", "build", *([] if name == "run" else ["--extra", name])]
        options = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-annotate"]
        options += ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
        options += ["--output-file", target.relative_to(ROOT)]
        step(
            f"writing requirements/{name}.lock",
            [scripts / f"uv{SUFFIX}", "pip", "compile", *what, *options, *arguments],
            environment,
        )
        if "://" in target.read_text(encoding="utf-8"):
            raise Failed(f"requirements/{name}.lock holds an address. It must not; see docs/decisions.")
    return 0


# The environment


def prepare(venv, wanted, check_stamp=True):
    """Bring `venv` up to date with the lock for `wanted`, and give the folder of its programs.

    An environment made for the tests holds all that a report run needs, so `run` leaves it as it is.
    """
    scripts = venv / SCRIPTS
    python = scripts / f"python{SUFFIX}"
    stamp = read_stamp(venv)
    if wanted == "run" and stamp.get("for") == "test":
        wanted = "test"
    current = {"for": wanted, "lock": fingerprint(wanted), "place": str(ROOT)}
    if stamp.get("place", str(ROOT)) != str(ROOT) or not runs(python):
        stamp = {}
        if venv.exists():
            say(f"{venv.name} was made in another place or by a Python that is gone; making it anew")
        make(venv)
    elif not check_stamp:
        if (scripts / f"uv{SUFFIX}").exists():
            return scripts
    elif all(stamp.get(key) == value for key, value in current.items()):
        return scripts
    write_stamp(venv, {"for": wanted, "place": str(ROOT)})  # unfinished until the end
    install(venv, wanted)
    write_stamp(venv, {**current, "python": ".".join(map(str, sys.version_info[:3]))})
    return scripts


def make(venv):
    code, output = quiet([sys.executable, "-m", "venv", "--clear", str(venv)])
    if code:
        shutil.rmtree(venv, ignore_errors=True)
        raise Failed(
            f"Python could not make an environment in {venv.name}:\n{tail(output)}\n"
            "On Debian and Ubuntu the package python3-venv is needed for it.",
            code,
        )


def install(venv, wanted):
    python = venv / SCRIPTS / f"python{SUFFIX}"
    uv = venv / SCRIPTS / f"uv{SUFFIX}"
    locked = LOCKS / f"{wanted}.lock"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    here = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.lock"
        only_uv.write_text(entry(locked, "uv"), encoding="utf-8")
        try:
            step("fetching the installer (uv)", [*pip, "install", "--require-hashes", "-r", only_uv])
            step(
                f"installing requirements/{wanted}.lock",
                [uv, "pip", "sync", "--python", python, "--require-hashes", "--compile-bytecode", locked],
            )
        except Failed as failure:
            # pip knows settings that uv does not read, such as a company's own package index.
            say(f"uv could not do it, so pip does, more slowly. What it said:\n{failure}")
            step(
                f"installing requirements/{wanted}.lock",
                [*pip, "install", "--require-hashes", "-r", locked],
            )
    step("installing policymodel", [*pip, "install", *here])


def entry(locked, name):
    """The lines of one package in a lock, hashes included."""
    found = []
    inside = False
    for line in locked.read_text(encoding="utf-8").splitlines():
        if not line.startswith((" ", "#")):
            inside = line.split("==")[0] == name
        if inside:
            found.append(line)
    return "\n".join(found) + "\n"


def fingerprint(wanted):
    whole = hashlib.sha256()
    for path in (LOCKS / f"{wanted}.lock", ROOT / "pyproject.toml"):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def read_stamp(venv):
    try:
        return json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(venv, content):
    (venv / STAMP).write_text(json.dumps(content), encoding="utf-8")


def runs(python):
    if not python.exists():
        return False
    code, _ = quiet([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
    return code == 0


# Running other programs


def step(label, command, environment=None):
    print(f"{label} ...", end=" ", flush=True)
    begun = time.monotonic()
    code, output = quiet(command, environment)
    if code:
        print("failed", flush=True)
        raise Failed(f"{label} did not work:\n{tail(output)}", code)
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


def quiet(command, environment=None):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=child_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def call(command):
    """Run in the foreground and pass the exit code on; an interrupt is left to the child to answer."""
    sys.stdout.flush()
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=child_environment())
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue
        return 128 - code if code < 0 else code


@contextmanager
def beside(command, output):
    """Run in the background, with what it says in a file; it does not outlive what it runs beside."""
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def child_environment(environment=None):
    environment = dict(os.environ if environment is None else environment, PYTHONUTF8="1")
    # a page is made in a process of its own: without bytecode each would compile the package again
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    return environment


def tail(output, lines=25):
    return "\n".join(output.strip().splitlines()[-lines:])


def say(message):
    print(message, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
