import secrets
from pathlib import Path


def local_secret(var_dir: Path) -> str:
    """The key of an installation that was given none: made once, readable by its owner only."""
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
