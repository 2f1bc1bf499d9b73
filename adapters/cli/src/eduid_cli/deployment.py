"""A database with its key and its lock: opened for one command and closed after it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from pathlib import Path
from urllib.parse import quote

import click
from filelock import FileLock, Timeout

from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.errors import UsageStop
from eduid_core.findings import AdapterError
from eduid_core.plugins import Store, load_adapters
from eduid_core.service import KeyFile

__all__ = ["digest_of", "key_file", "locked_store", "opened", "stop_for"]

_WORDS = {
    "key_missing": ("找不到密钥文件，数据库无法打开", "the key file of this database is missing"),
    "key_unreadable": ("密钥文件无法读取或已损坏", "the key file cannot be read"),
    "key_outdated": (
        "数据库已换用新的主密钥，请使用新的密钥文件",
        "the database was rotated to a newer master key: give its key file",
    ),
    "key_wrong": ("密钥与数据库不符", "this is not the key of this database"),
    "schema_foreign": (
        "这个文件是其他程序的数据库，未作任何改动",
        "the file is another program's database, and was left as it is",
    ),
    "schema_version": ("数据库由更新的版本建立", "the database was made by a newer version"),
    "ledger_changed": (
        "台账被改动，用 eduid ledger verify 查看；请勿继续使用，先恢复备份或查明原因",
        "the ledger was changed: see eduid ledger verify, and restore a backup or find the reason first",
    ),
    "stream_incomplete": (
        "数据库中有记录被删除或添加，用 eduid ledger verify 查看",
        "records of the database were removed or added: see eduid ledger verify",
    ),
    "sealed_unreadable": ("数据库内容与密钥不符或被改动", "sealed data does not open: another key, or changed"),
}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def stop_for(error: AdapterError) -> UsageStop:
    """Return the message for an adapter's error."""
    return UsageStop(*_WORDS.get(error.code, (f"组件出错：{error.code}", f"an adapter failed: {error}")))


@contextmanager
def locked_store(db: Path, *, create: bool, start: StartedFiles | None = None) -> Iterator[Store]:
    """
    Open the database *db* for one command at a time. Its new files are removed if *start* fails.

    Raises:
        Stop: it is in use, does not exist (and *create* is False), or is not a database.
    """
    if not create and not db.exists():
        raise UsageStop(f"没有数据库 {db}", f"there is no database {db}")
    if not db.parent.is_dir():
        raise UsageStop(f"目录 {db.parent} 不存在", f"there is no directory {db.parent}")
    place = Path(f"{db}.lock")
    new, lock = absent(place), FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageStop(
            f"数据库 {db.name} 正在被另一个命令使用", f"another command is using {db.name}"
        ) from None
    try:
        with (start or StartedFiles()).making(new + _absent_files(db)), closing(opened(db)) as store:
            yield store
    finally:
        lock.release()


def _absent_files(db: Path) -> list[Path]:
    """Return the files that are created with *db*, if it does not exist: the key too, if it is beside it."""
    if db.exists():
        return []
    return absent(db, *(db.with_name(db.name + end) for end in ("-journal", "-wal", "-shm", ".key")))


def opened(db: Path) -> Store:
    """
    Open the database *db*, even if other processes have it open.

    Raises:
        Stop: it is not a database, or needs a package that is not installed.
    """
    allow = os.environ.get("EDUID_ADAPTERS")
    adapters = load_adapters(allow=set(allow.split(",")) if allow else None)
    try:
        return adapters.store("sql", url=_url_of(db))
    except AdapterError as error:
        raise stop_for(error) from None
    except Exception:  # noqa: BLE001 - a file that is no database fails in the driver's own way
        raise UsageStop(f"{db.name} 不是可用的数据库", f"{db.name} is no database that can be used") from None


def _url_of(db: Path) -> str:
    """Return the URL of a file whose name means nothing but a name: `x?y.db`, `%41.db`, `:memory:`."""
    name = str(db) if db.is_absolute() else f"./{db}"
    return f"sqlite:///{quote(name, safe='/')}"


def key_file(db: Path, *, fresh: bool) -> KeyFile:
    """
    Return the key file of *db*: named by `EDUID_KEY_FILE`, otherwise beside it; created on first use.

    Raises:
        Stop: the database has data but its key is missing.
    """
    named = os.environ.get("EDUID_KEY_FILE")
    keys = KeyFile(Path(named) if named else db.with_name(f"{db.name}.key"))
    if not keys.exists():
        if not fresh:
            raise stop_for(AdapterError("key_missing"))
        keys.make(secrets.token_bytes)
        click.echo(
            f"已生成密钥文件 {keys.path}，请妥善保管，丢失后数据无法恢复 / "
            "made this key file: keep it safe, without it the data is lost"
        )
    return keys
