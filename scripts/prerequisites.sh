#!/bin/sh
# Checks what `make` cannot install by itself: Python 3.11+, a C++20 compiler, Node 20+ with npm.
# Prints one line for each thing that is missing and what to install; exit code 1 if there is any.
# Usage: prerequisites.sh PYTHON
set -u
python=${1:-python3}
missing=0

lack() {
  echo "glassboard: $1" >&2
  missing=1
}

if ! command -v "$python" >/dev/null 2>&1; then
  lack "$python was not found, Python 3.11 or newer is needed; Debian: apt-get install python3 python3-venv python3-dev, or set PYTHON=/path/to/python3"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  lack "$python is $("$python" -V 2>&1), Python 3.11 or newer is needed; set PYTHON=/path/to/a/newer/python3"
else
  "$python" -c 'import venv, ensurepip' 2>/dev/null ||
    lack "$python cannot make virtual environments; Debian: apt-get install python3-venv"
  header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
  [ -f "$header" ] || lack "Python.h of $python was not found at $header; Debian: apt-get install python3-dev"
fi

compiler=${CXX:-c++}
if ! command -v "$compiler" >/dev/null 2>&1; then
  lack "no C++ compiler ($compiler) was found; Debian: apt-get install g++"
elif ! echo '#include <span>
int main() { return static_cast<int>(std::span<int>{}.size()); }' |
  "$compiler" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null; then
  lack "$compiler does not compile C++20 (g++ 11 or clang 14 and newer do); install a newer one or set CXX"
fi

if ! command -v node >/dev/null 2>&1; then
  lack "node was not found, Node.js 20 or newer is needed to build the page; see https://nodejs.org"
elif ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  lack "node is $(node --version), Node.js 20.19 or newer is needed to build the page; see https://nodejs.org"
elif ! command -v npm >/dev/null 2>&1; then
  lack "npm was not found; install it beside Node.js"
fi

exit $missing
