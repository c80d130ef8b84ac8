#!/bin/sh
# Installs the Debian packages that are named and whose programs are missing, where that may be done without asking.
set -eu

missing=""
for package in "$@"; do
    case "$package" in
        python3-*) python3 -c "import ${package#python3-}" >/dev/null 2>&1 || missing="$missing $package" ;;
        *) command -v "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed and no apt-get to install them with:$missing" >&2
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    run=""
elif sudo -n true 2>/dev/null; then
    run="sudo"
else
    echo "not installed, and it takes root to install them:$missing" >&2
    exit 0
fi
echo "installing$missing"
# The packages' own daemons are not wanted: the stack starts its own on loopback.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
# shellcheck disable=SC2086
$run apt-get update -qq >/dev/null && $run apt-get install -y -qq --no-install-recommends $missing >/dev/null \
    || echo "could not be installed:$missing" >&2
