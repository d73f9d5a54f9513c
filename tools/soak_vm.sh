#!/usr/bin/env bash
# Try the sandbox under control groups of version 2, on a kernel of its own that shows these files.
#
#   tools/soak_vm.sh               the tests of SANDBOX, as root and as an ordinary user
#   tools/soak_vm.sh TEST…         others (arguments of pytest), as both
#
# The kernel is Debian's User Mode Linux, a program: it needs neither root nor a processor that makes
# virtual machines. It is fetched once by apt-get, 40 MB, into _build/vm, and not installed. It shows
# / of this machine, read only; what is written there stays in its memory. It has one processor, no
# network and, as `systemd-run --user --scope -p Delegate=yes` gives it, a group of its user's own.
# Variables: PYTHON (.venv/bin/python), LIMIT (seconds for all, 3600), MEMORY (6G).
# Exit code 0 if every test passed as both users; all that was said is in _build/vm/log.txt.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."

PYTHON=${PYTHON:-$PWD/.venv/bin/python}
BUILD=$PWD/_build/vm
KERNEL=$BUILD/unpacked/usr/bin/linux.uml
examining=tests/grading/examining
SANDBOX=("$examining"/test_{sandbox,bwrap,cgroups,processor_time,together}.py
    # This kernel is slow: to wait takes time, and a search of all folders longer than a cell may.
    --deselect "$examining/test_processor_time.py::test_to_wait_takes_none"
    --deselect "$examining/test_together.py::test_it_gains_nothing[together/library_by_path]")

fetch() {
    [[ -x $KERNEL ]] && return
    mkdir -p "$BUILD/packages"
    (cd "$BUILD/packages" && apt-get --quiet download user-mode-linux)
    dpkg-deb --extract "$BUILD"/packages/user-mode-linux_*.deb "$BUILD/unpacked"
}

# What runs there as process 1.
first() {
    cat <<END
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
export PYTHONPATH='$PWD' PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for place in /dev/shm /tmp /run; do mount -t tmpfs -o mode=1777 tmpfs \$place; done
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up 2>/dev/null
cd '$PWD'

# Python may lie in a home that is closed to others: there, nothing but the way to it is shown.
prefix=\$('$PYTHON' -c 'import sys; print(sys.base_prefix)')
closed=\$(p=\$prefix; while [[ \$p != / ]]; do
    [[ \$(stat -c %A "\$p") == *[xt] ]] || echo "\$p"; p=\$(dirname "\$p"); done | tail -n 1)
if [[ \$closed ]]; then
    mkdir /run/closed
    mount --bind "\$closed" /run/closed
    mount -t tmpfs -o mode=755 tmpfs "\$closed"
    mkdir -p "\$prefix"
    mount --bind "/run/closed/\${prefix#"\$closed"/}" "\$prefix"
fi

groups=/sys/fs/cgroup
echo "Linux \$(uname -r), control groups: \$(cat \$groups/cgroup.controllers)"
echo "+memory +pids" >\$groups/cgroup.subtree_control
mkdir -p \$groups/user/session /run/home-0 /run/home-1000
echo "+memory +pids" >\$groups/user/cgroup.subtree_control
chown -R 1000:1000 \$groups/user /run/home-1000
try() {
    export HOME=/run/home-\$(id -u)
    '$PYTHON' -m pytest -n0 -q --color=no -p no:cacheprovider --basetemp=\$HOME/pytest $(printf '%q ' "$@")
    code=\$?
    echo "The tests as user \$(id -u): exit code \$code"
}
export -f try
bash -c try
echo \$\$ >\$groups/user/session/cgroup.procs
setpriv --reuid=1000 --regid=1000 --clear-groups bash -c try
sync
echo o >/proc/sysrq-trigger
sleep 60
END
}

fetch
(($#)) || set -- "${SANDBOX[@]}"
first "$@" >"$BUILD/first"
chmod +x "$BUILD/first"
timeout "${LIMIT:-3600}" "$KERNEL" mem="${MEMORY:-6G}" root=/dev/root rootfstype=hostfs \
    rootflags=/ ro init="$BUILD/first" con=null con0=null,fd:1 quiet </dev/null 2>&1 | tr -d '\r' |
    tee "$BUILD/log.txt"
[[ $(grep -c '^The tests as user [0-9]*: exit code 0$' "$BUILD/log.txt") == 2 ]]
