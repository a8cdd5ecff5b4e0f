"""Look the locked packages up among known vulnerabilities; where that can't be done, say so in one line and pass."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements" / "dev.txt"
# Ends of a traceback that mean: the network, not the packages.
UNREACHABLE = ("ConnectionError", "ProxyError", "ConnectTimeout", "ReadTimeout", "SSLError", "ServiceError")


def main() -> int:
    """Give 0 if nothing is known against the lock or nothing can be known here, else 1."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if not done.stdout.strip():
        return _without_answer(done.stderr)
    dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    audited = [dependency for dependency in dependencies if "skip_reason" not in dependency]
    vulnerable = [dependency for dependency in audited if dependency["vulns"]]
    if not audited:
        print("pip-audit: skipped, the vulnerability data can't be reached from here (no package was found in it).")
        return 0
    for dependency in vulnerable:
        for found in dependency["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no release yet"
            print(f"{dependency['name']} {dependency['version']}: {found['id']}, fixed in {fixed}")
    print(f"pip-audit: {len(audited)} of {len(dependencies)} packages looked up, {len(vulnerable)} vulnerable.")
    return 1 if vulnerable else 0


def _without_answer(errors: str) -> int:
    last = errors.strip().splitlines()[-1] if errors.strip() else "no message"
    if any(name in last for name in UNREACHABLE):
        print("pip-audit: skipped, the vulnerability data can't be reached from here (no connection).")
        return 0
    print(f"pip-audit failed:\n{errors}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
