#!/usr/bin/env bash
# Gets what a machine lacks besides Python and make, by its package manager where that can be done
# without asking for a password.
#
#     tools/setup.sh venv python3.12       # the module that makes virtual environments (Debian)
#     tools/setup.sh tests PYTHON FILE     # Chromium, for the pages, and bubblewrap, for the sandbox
#
# What the tests want and cannot be had is no failure, unless CI is "true": the tests concerned are
# skipped (tests/needs.py), for the reason that is written into FILE.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

output=$(mktemp)
trap 'rm -f "$output"' EXIT
reason=
lists=

may_install() { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=1 \
        -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=60 "$@"
}

# The lists of packages, once: without a network each try takes half a minute.
apt_lists() {
    [[ -z $lists ]] || return
    apt update
    lists=$(grep -q 'Failed to fetch' "$output" && echo unreachable || echo read)
}

# Installs a package of the system, or says in $reason why not.
package() {
    local manager
    for manager in apt-get dnf pacman zypper ''; do
        command -v $manager >/dev/null && break
    done
    if [[ -z $manager ]]; then
        reason="no package manager is known here that installs $1"
    elif ! may_install; then
        reason="that takes root ($manager install $1)"
    else
        echo "Installing $1 with $manager"
        case $manager in
            apt-get) apt_lists; apt install -y --no-install-recommends "$1" ;;
            dnf) as_root dnf install -y "$1" ;;
            pacman) as_root pacman -S --noconfirm --needed "$1" ;;
            zypper) as_root zypper --non-interactive install "$1" ;;
        esac </dev/null >"$output" 2>&1 && return
        reason="$manager install $1 failed: $(tail -n 1 "$output")"
        [[ $lists != unreachable ]] || reason="no network for $manager install $1"
    fi
    return 1
}

# Playwright's Node is linked to a library that small systems lack.
libatomic() {
    found driver && return
    local name=libatomic1
    command -v dnf >/dev/null && name=libatomic
    package $name && found driver
}

# Debian's own package where there is one, the smaller one first: Ubuntu's only leads to a snap.
chromium() {
    local name
    found chromium && return
    if [[ $(uname) == Linux ]] && ! grep -qs '^ID=ubuntu' /etc/os-release; then
        for name in chromium-headless-shell chromium; do
            package $name && found chromium && return
        done
    fi
    local with_libraries=()
    command -v apt-get >/dev/null && may_install && with_libraries=(--with-deps)
    echo "Installing Playwright's own Chromium"
    if ! "$python" -m playwright install ${with_libraries[@]+"${with_libraries[@]}"} chromium \
        </dev/null >"$output" 2>&1; then
        reason="${reason:+$reason, and }Playwright's own could not be installed"
    elif found chromium; then
        return
    else
        reason="${reason:+$reason, and }Playwright's own does not start"
    fi
    return 1
}

bubblewrap() {
    command -v bwrap >/dev/null && return
    [[ $(uname) == Linux ]] || { reason="it runs on Linux only"; return 1; }
    package bubblewrap
}

found() { "$python" tests/needs.py "$1" >/dev/null 2>&1; }

case ${1-} in
    venv)
        name=$("$2" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        package "$name" && exit
        echo "Python lacks venv and ensurepip here, and $name could not be installed: $reason" >&2
        exit 1
        ;;
    tests)
        python=$2
        missing=$(for tool in libatomic chromium bubblewrap; do
            reason=
            $tool >&2 || printf '%s\t%s\n' $tool "$reason"
        done)
        [[ -z $missing ]] || printf 'Cannot be had here: %s\n' "${missing//$'\t'/: }" >&2
        [[ -n $missing && ${CI-} == true ]] && exit 1
        printf '%s' "${missing:+$missing$'\n'}" >"$3"
        ;;
    *)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0" >&2
        exit 2
        ;;
esac
