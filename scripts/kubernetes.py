"""Every kustomization builds, and what it builds is valid by the schemas of Kubernetes itself."""

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


def valid(folder: Path) -> bool:
    built = subprocess.run([str(BIN / "kubectl"), "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if built.returncode:
        print(f"{folder}: {built.stderr}", file=sys.stderr)
        return False
    command = [str(BIN / "kubernetes-validate"), "--strict", "--quiet", "/dev/stdin"]
    checked = subprocess.run(command, input=built.stdout, capture_output=True, text=True, check=False)
    if checked.returncode:
        print(f"{folder}: {checked.stdout}{checked.stderr}", file=sys.stderr)
    return checked.returncode == 0


def main() -> int:
    folders = sorted(path.parent for path in Path("k8s").rglob("kustomization.yaml"))
    faulty = [folder for folder in folders if not valid(folder)]
    return 1 if faulty or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
