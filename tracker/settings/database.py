from importlib import import_module
from pathlib import Path
from typing import Any

import environ

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a writer waits for its turn at BEGIN, instead of failing half-way
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;",
}

CONNECT_SECONDS = 5  # a database that is away is said to be away, soon
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "connect_timeout": CONNECT_SECONDS,
    "isolation_level": "read committed",
    "sql_mode": "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
}


def database(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """The database of DATABASE_URL, or a SQLite file under VAR_DIR."""
    var_dir.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = env.db("DATABASE_URL", default=f"sqlite:///{var_dir / 'tillbook.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS | config.get("OPTIONS", {})
    elif "db2" in config["ENGINE"]:
        config["CONN_MAX_AGE"] = 0  # the driver cannot tell a dead connection from a live one without asking the server
    else:
        if "mysql" in config["ENGINE"]:
            import_module("pymysql").install_as_MySQLdb()
            config["OPTIONS"] = MYSQL_OPTIONS | config.get("OPTIONS", {})
        if "postgresql" in config["ENGINE"]:
            config["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS} | config.get("OPTIONS", {})
        config.setdefault("CONN_MAX_AGE", 60)
        config["CONN_HEALTH_CHECKS"] = True
    return config
