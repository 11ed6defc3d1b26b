#!/bin/sh
# Prints the path of a Chromium (or Chrome) on stdout, for the tests of the page.
#
# Where there is none, says on stderr what it will install, and installs it: Debian's package as root on Debian. Elsewhere
# it says what to install.
#
#   CHROME=FILE   use this browser and no other

set -eu

say() {
    printf '%s\n' "$*" >&2
}

# A browser that starts: a leftover of Ubuntu's package, which only points at a snap, does not.
usable() {
    [ -n "$1" ] && [ -x "$1" ] && "$1" --version >/dev/null 2>&1
}

find_installed() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        found=$(command -v "$name" 2>/dev/null || true)
        if usable "$found"; then
            printf '%s\n' "$found"
            return
        fi
    done
    for found in '/Applications/Chromium.app/Contents/MacOS/Chromium' \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
        if usable "$found"; then
            printf '%s\n' "$found"
            return
        fi
    done
}

if [ -n "${CHROME:-}" ]; then
    if usable "$CHROME"; then
        printf '%s\n' "$CHROME"
        exit
    fi
    say "CHROME is $CHROME, which is no browser that starts"
    exit 1
fi

found=$(find_installed)
if [ -z "$found" ] && [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    say "There is no Chromium: installing Debian's packages chromium and fonts-liberation with apt-get (some 300 MB)"
    # What it fails at is said below.
    { DEBIAN_FRONTEND=noninteractive apt-get update &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-liberation; } >&2 || true
    found=$(find_installed)
fi
if [ -z "$found" ]; then
    say "The tests of the page need Chromium or Chrome: install it with \`apt-get install chromium\` (Debian, as root)," \
        "\`snap install chromium\` (Ubuntu), \`brew install --cask chromium\` (macOS) or your system's own package" \
        "manager, or name one with CHROME=FILE, then try again"
    exit 1
fi
printf '%s\n' "$found"
