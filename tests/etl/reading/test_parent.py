"""The child ends with its parent and leaves nothing behind; whatever it says or does, the parent has a sentence."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from etl.reading import Reading, open_source, parent, pipe
from etl.reading.limits import ADDRESS_SPACE
from etl.reading.pipe import bodies, damaged_batch, rows_batch
from harmgrid.errors import UnknownColumn, UnreadableSource
from tests.etl.reading.reads import count_rows, read, written
from tests.left_out import leave_out

ROOT = Path(__file__).resolve().parents[3]
CSV = Reading(format="csv")
PROC = Path("/proc")


def many_rows(path: Path, rows: int = 200_000) -> Path:
    return written(path, "a,b\n" + "".join(f"{number},{'x' * 90}\n" for number in range(rows)))


def pid_of(source: object) -> int:
    pid: int = source._child._process.pid  # type: ignore[attr-defined]
    return pid


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def is_gone(pid: int, *, orphaned: bool = False) -> bool:
    """Whether a process is gone within a second or two, not even left as a zombie of ours."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if orphaned and (PROC / str(pid)).exists() and (PROC / str(pid) / "stat").read_text().split()[2] == "Z":
            return True  # ended, and for the system to bury
        time.sleep(0.02)
    return False


def test_the_child_is_gone_when_the_block_is(tmp_path: Path) -> None:
    path = many_rows(tmp_path / "a.csv")
    before = open_files()
    with open_source(path, CSV) as source:
        pid = pid_of(source)
        next(source.batches(source.members[0]))
    assert is_gone(pid)
    with suppress(ZeroDivisionError), open_source(path, CSV) as source:
        pid = pid_of(source)
        raise ZeroDivisionError
    assert is_gone(pid)
    assert open_files() == before, "no pipe is left open"


def test_one_file_is_read_to_the_end_before_another(tmp_path: Path) -> None:
    many_rows(tmp_path / "a.csv")
    written(tmp_path / "b.csv", "a,b\n1,2\n")
    with open_source(tmp_path, CSV) as source:
        next(source.batches(source.members[0]))
        with pytest.raises(RuntimeError, match="to the end"):
            next(source.batches(source.members[1]))
    assert count_rows(tmp_path) == {"a.csv": 200_000, "b.csv": 1}


def test_a_child_that_is_killed_midway_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with open_source(many_rows(tmp_path / "a.csv"), CSV) as source:
        rows = source.batches(source.members[0])
        next(rows)
        os.kill(pid_of(source), signal.SIGKILL)
        with pytest.raises(UnreadableSource, match=r"a\.csv, on which .* broke down \(it ended with SIGKILL\)"):
            list(rows)


PARENT = """
import sys, time
from pathlib import Path
from etl.reading import Reading, open_source
with open_source(Path(sys.argv[1]), Reading(format="csv")) as source:
    rows = source.batches(source.members[0])
    next(rows)
    print(source._child._process.pid, flush=True)
    time.sleep(60)
"""


def test_the_child_of_a_parent_that_is_killed_is_gone(tmp_path: Path) -> None:
    path = many_rows(tmp_path / "a.csv")
    command = [sys.executable, "-c", PARENT, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        os.kill(pid, 0)
        process.kill()
    assert is_gone(pid, orphaned=True)


def test_a_child_has_limits_and_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not PROC.exists():
        leave_out("the limits of the child", "no /proc here", also_in_ci=True)
    monkeypatch.setenv("HARMGRID_DATABASE_URL", "postgresql://somebody:secret@nowhere/db")
    with open_source(written(tmp_path / "a.csv", "a,b\n1,2\n"), CSV) as source:
        of_child = PROC / str(pid_of(source))
        limits = (of_child / "limits").read_text()
        environment = (of_child / "environ").read_bytes()
        maps = (of_child / "maps").read_text()
    assert any(line.split()[3:5] == [str(ADDRESS_SPACE)] * 2 for line in limits.splitlines() if "address" in line)
    assert any(line.split()[3:5] == ["0", "0"] for line in limits.splitlines() if "file size" in line)
    assert b"secret" not in environment
    assert not [name for name in ("pandas", "llvmlite", "numba", "gdal", "sqlite") if name in maps]


def test_a_limit_of_the_shell_is_not_raised(tmp_path: Path) -> None:
    many_rows(tmp_path / "a.csv")
    code = PARENT.replace("print(source._child._process.pid, flush=True)", "print(sum(len(b.numbers) for b in rows))")
    code = code.replace("time.sleep(60)", "print(Path(f'/proc/{source._child._process.pid}/limits').read_text())")
    command = f"ulimit -v 900000 && exec {sys.executable} -c '{code.replace(chr(39), chr(34))}' {tmp_path / 'a.csv'}"
    answer = subprocess.run(
        ["sh", "-c", command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(answer.stdout.split()[0]) > 100_000
    assert str(900_000 * 1024) in answer.stdout


# ---- children that are up to no good

SPEAK = """
import struct, sys, time
def say(words, body=b""):
    sys.stdout.buffer.write(struct.pack(">II", len(words), len(body)) + words + body)
    sys.stdout.buffer.flush()
"""
LISTING = {"kind": "listing", "left_out": [], "members": [{"name": "a", "size": 9, "columns": ["a", "b"], "crs": ""}]}


def fake(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(parent, "COMMAND", (sys.executable, "-S", "-c", SPEAK + code))


def listing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    fake(monkeypatch, f"say({json.dumps(LISTING).encode()!r})\n{code}")


@pytest.mark.parametrize(
    "code",
    [
        "sys.stdout.write('hello, world' * 100)",
        "say(b'{')",
        "say(b'[]')",
        "say(b'[' * 100_000)",
        "say(b'{}')",
        "say(b'\\xff')",
        """say(b'{"kind": "rows"}')""",
        """say(b'{"kind": "error", "code": "error"}')""",
        """say(b'{"kind": "listing"}')""",
        """say(b'{"kind": "listing", "members": [{}], "left_out": []}')""",
        """say(b'{"kind": "listing", "members": [], "left_out": [1]}')""",
        """say(b'{"kind": "listing", "members": [{"name": "a", "size": -1, "columns": [], "crs": ""}]}')""",
        "sys.stdout.buffer.write(struct.pack('>II', 2**32 - 1, 0)); sys.stdout.flush(); time.sleep(9)",
        "sys.stdout.buffer.write(struct.pack('>II', 2, 2**32 - 1)); sys.stdout.flush(); time.sleep(9)",
    ],
)
def test_a_child_that_talks_nonsense_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    fake(monkeypatch, code)
    with pytest.raises(UnreadableSource, match=r"a\.csv, on which .* broke down"), open_source(tmp_path / "a.csv", CSV):
        pass


def body(batch: pa.RecordBatch) -> bytes:
    return b"".join(part.to_pybytes() for part in bodies(batch))


def texts(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


GOOD = rows_batch(["a", "b"], [2, 3], [texts("x", "y"), texts("", "z")])
BEYOND = pa.StringArray.from_buffers(2, pa.array([0, 99, 1], pa.int32()).buffers()[1], pa.py_buffer(b"x"))
NO_TEXT = pa.StringArray.from_buffers(1, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff"))


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("rows", b""),
        ("rows", b"hello"),
        ("rows", body(GOOD)[:-200]),
        ("rows", body(rows_batch(["a", "c"], [2], [texts("x"), texts("")]))),
        ("rows", body(rows_batch(["a"], [2], [texts("x")]))),
        ("rows", body(rows_batch(["a", "b"], [2], [texts("x"), pa.array([1])]))),
        ("rows", body(rows_batch(["a", "b"], [2], [texts("x"), texts(None)]))),
        ("rows", body(rows_batch(["a", "b"], [3, 2], [texts("x", "y"), texts("", "z")]))),
        ("rows", body(rows_batch(["a", "b"], [0], [texts("x"), texts("")]))),
        ("rows", body(rows_batch(["a", "b"], [2, 3], [texts("x", "y"), BEYOND]))),
        ("rows", body(rows_batch(["a", "b"], [2], [texts("x"), NO_TEXT]))),
        ("damaged", body(GOOD)),
        ("damaged", body(damaged_batch([2], [None], ["x"]))),  # type: ignore[list-item]
    ],
)
def test_rows_that_are_not_what_was_listed_are_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, sent: bytes
) -> None:
    listing(monkeypatch, f'say(b\'{{"kind": "{kind}"}}\', {sent!r})')
    with open_source(tmp_path / "a.csv", CSV) as source, pytest.raises(UnreadableSource, match="sent nonsense"):
        list(source.batches(source.members[0]))


def test_a_child_may_boast_but_not_of_more_than_a_file_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listing(monkeypatch, f'say(b\'{{"kind": "rows", "done": 77}}\', {body(GOOD)!r})\nsay(b\'{{"kind": "end"}}\')')
    with open_source(tmp_path / "a.csv", CSV) as source:
        (batch,) = source.batches(source.members[0])
    assert batch.done == 9
    assert batch.columns["b"].to_pylist() == ["", "z"]


def test_a_child_that_falls_silent_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "STALL_S", 0.3)
    fake(monkeypatch, "sys.stdout.write('x'); sys.stdout.flush(); time.sleep(60)")
    began = time.monotonic()
    with pytest.raises(UnreadableSource, match="nothing came of it"), open_source(tmp_path / "a.csv", CSV):
        pass
    assert time.monotonic() - began < 10


def test_a_child_that_hangs_up_and_lives_on_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_FAREWELL_S", 0.1)
    fake(monkeypatch, "import os; os.close(1); time.sleep(60)")
    with pytest.raises(UnreadableSource, match="it stopped talking"), open_source(tmp_path / "a.csv", CSV):
        pass


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os; os.abort()", "ran out of memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "1,800 seconds of processor time"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "it ended with SIGSEGV"),
        ("sys.exit(3)", "it ended with 3"),
        ("""say(b'{"kind": "broken", "why": "a\\\\u001b[2Jb"}')""", r"\(a\?\[2Jb\)"),
    ],
)
def test_how_a_child_ended_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, says: str) -> None:
    fake(monkeypatch, f"import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n{code}")
    with pytest.raises(UnreadableSource, match=says), open_source(tmp_path / "a.csv", CSV):
        pass


def test_an_error_of_ours_comes_through_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumn) as caught, open_source(written(tmp_path / "a.csv", "a,a\n"), CSV):
        pass
    assert caught.value.came == "a.csv with a column twice: a"
    assert caught.value.do.startswith("give each column a name")


def test_many_damaged_rows_are_few_at_a_time(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.csv", "a,b\n" + "x\n" * 70_000))
    assert [reject.row for reject in found.damaged] == list(range(2, 70_002))


def names_in(folder: Path) -> Sequence[str]:
    return sorted(found.name for found in folder.iterdir())


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    count_rows(many_rows(tmp_path / "a.csv"))
    assert names_in(tmp_path) == ["a.csv", "temporary"]
    assert names_in(tmp_path / "temporary") == []


def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    if not PROC.exists():
        leave_out("the memory of the child", "no /proc here", also_in_ci=True)
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        file.writelines([f"{'x' * 500},{'y' * 498}\n" * 1_000] * 400)
    with open_source(path, CSV) as source:
        assert sum(len(batch.numbers) for batch in source.batches(source.members[0])) == 400_000
        status = (PROC / str(pid_of(source)) / "status").read_text()
    peak_mb = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
    assert peak_mb < 320, "of a file of 400 MB; Arrow reads some blocks ahead"


def test_a_child_is_ready_soon(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n1,2\n")
    count_rows(path)  # everything is on the disk's cache
    before = os.times()
    count_rows(path)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.8, "processor time, of which Arrow's own is a third"
