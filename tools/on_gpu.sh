#!/usr/bin/env bash
# Try and measure the course on a machine with a GPU and PyTorch but no network, within 8 minutes.
#
#   tools/on_gpu.sh pack [3.12 …]   beforehand, with a network: fetch wheels into _build/gpu-wheels
#   tools/on_gpu.sh                 on that machine: run every step, whatever becomes of the others
#
# Variables: PYTHON, which has PyTorch (python3); OUT, where logs and measured rows go (_build/gpu);
# CNNCOURSE_DEVICE (cuda; cpu to try this script itself); BUDGET, the seconds of all steps together
# (480; 3000 on a CPU), by which the limit of each grows; SCIENCE=1 packs all that PyTorch lacks.
# Exit code 0 if every step succeeded. OUT gets a log for each step, summary.txt, and devices.json,
# which replaces book/measured/devices.json; then `make refresh NAME=why_cnns`.
set -uo pipefail
SELF=$(realpath "$0")
cd "$(dirname "$SELF")/.."

PYTHON=${PYTHON:-python3}
OUT=${OUT:-_build/gpu}
WHEELS=_build/gpu-wheels VENV=_build/gpu-venv
NOTEBOOKS=(pip pytest pytest-xdist nbval nbclient nbformat ipykernel ipython anywidget tqdm)
SCIENTIFIC=(numpy matplotlib scikit-learn scipy pillow)  # 85 MB; most have them beside PyTorch
LARGEST=60  # MB, as much as can be carried everywhere
BUDGET=${BUDGET:-480}
export CNNCOURSE_DEVICE=${CNNCOURSE_DEVICE:-cuda} PYTHONUNBUFFERED=1

# Wheels for each of the Python versions; most serve all of them.
pack() {
    local version glibc platforms=() versions=("$@") wanted=("${NOTEBOOKS[@]}")
    (($#)) || versions=(3.11 3.12 3.13)
    ((${SCIENCE:-0})) && wanted+=("${SCIENTIFIC[@]}")
    for glibc in 2014 _2_5 _2_12 _2_17 _2_24 _2_26 _2_27 _2_28; do
        platforms+=(--platform "manylinux${glibc}_x86_64")
    done
    rm -rf "$WHEELS"
    for version in "${versions[@]}"; do
        "$PYTHON" -m pip download --quiet --only-binary=:all: --implementation cp \
            --python-version "$version" "${platforms[@]}" --dest "$WHEELS" "${wanted[@]}" || return
    done
    local size
    size=$(du --apparent-size --block-size=1MB --summarize "$WHEELS" | cut -f1)
    echo "$WHEELS: $(ls "$WHEELS" | wc -l) wheels, $size MB"
    ((size <= LARGEST)) || { echo "more than $LARGEST MB: too much for some machines"; return 1; }
}

# An environment with what this machine has, and from the wheels what it lacks.
install() {
    local packages pip=("$WHEELS"/pip-*.whl)
    rm -rf "$VENV"
    "$PYTHON" -m venv --without-pip "$VENV" || return
    packages=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    { "$PYTHON" -c 'import sys; print(*[p for p in sys.path if p.endswith("-packages")], sep="\n")'
      pwd; } >"$packages/machine.pth"
    "$VENV/bin/python" "${pip[0]}/pip" install --no-index --find-links "$WHEELS" \
        --disable-pip-version-check "${NOTEBOOKS[@]}" "${SCIENTIFIC[@]}" || return
    "$VENV/bin/python" - <<'END'
import importlib.util, os, platform, torch
from cnncourse.data import cifar, data_folder
from cnncourse.training import device
print("Python", platform.python_version(), "torch", torch.__version__, "cores", os.cpu_count())
print("device", device(), torch.cuda.get_device_name() if device().type == "cuda" else "")
if importlib.util.find_spec("torchvision") is None:
    print("torchvision is missing: why_cnns, devices and training will fail where they need it")
source = cifar.choose_source(data_folder(), "auto")
print("CIFAR-10:", "absent, the drawn stand-in is measured" if source == "auto" else source)
END
}

# Training speed on one core and on the device, as rows of the table that the book prints.
devices() {
    local device
    cp book/measured/devices.json "$OUT/devices.json"
    for device in $(printf '%s\n' cpu "$CNNCOURSE_DEVICE" | uniq); do
        CNNCOURSE_DEVICE=$device "$VENV/bin/python" tools/measure_devices.py \
            --target "$OUT/devices.json" || return
    done
}

# Tests of the library; none of the site, the release or the grading, nor of downloads.
tests() {
    local subjects="arithmetic|operations|operations_types|normalization|models|training|recipes"
    subjects+="|costs|observe|checks|compare|causes|rehearsal|plotting|gpu"
    find tests -maxdepth 1 -name 'test_*.py' | grep -E "/test_($subjects)\.py$" |
        xargs env OMP_NUM_THREADS=2 "$VENV/bin/python" -m pytest -q -n "$WORKERS" -W default \
            -p no:cacheprovider tests/data --ignore=tests/data/test_official.py
}

chapters() {
    OMP_NUM_THREADS=2 OMP_WAIT_POLICY=PASSIVE "$VENV/bin/python" -m pytest -q -n "$WORKERS" \
        -p no:cacheprovider --nbval --nbval-sanitize-with "$(find tests -name nbval_sanitize.cfg)" book
}

convolution() { "$VENV/bin/python" -m benchmarks gpu; }
training() { "$VENV/bin/python" -m benchmarks training; }

# step NAME SECONDS: run it in a process of its own, with a log and, of 480 s for all, this limit.
# What it took is told by the clock and in processor time, which other work on the machine leaves be.
step() {
    local name=$1 limit=$(($2 * BUDGET / 480)) start=$SECONDS said used TIMEFORMAT='%0U %0S'
    ((limit > BUDGET - SECONDS)) && limit=$((BUDGET - SECONDS))
    ((limit > 0)) || limit=1
    used=$({ time timeout --kill-after=10 "$limit" "$SELF" "$name" >"$OUT/$name.log" 2>&1; } 2>&1)
    case $? in 0) said=succeeded ;; 124 | 137) said="stopped after $limit s" ;; *) said=FAILED ;; esac
    [[ $said == succeeded ]] || failed=1
    printf '%-12s %-20s %4d s, processors %4d s   %s\n' "$name" "$said" $((SECONDS - start)) \
        $((${used/ / + })) "$(tail -n 1 "$OUT/$name.log" | cut -c 1-100)" | tee -a "$OUT/summary.txt"
}

if [[ ${1:-} == pack ]]; then pack "${@:2}"; exit; fi
OUT=$(mkdir -p "$OUT" && cd "$OUT" && pwd)
cores=$(nproc)
export PYTHON OUT WORKERS=$((cores < 8 ? cores : 8))
if (($#)); then "$1"; exit; fi  # one step alone

failed=0
: >"$OUT/summary.txt"
step install 90
step tests 120
step chapters 180
step devices 80
step convolution 60
step training 240
sed -n '/^Python/,$p' "$OUT/install.log"
grep -hE '^(FAILED|ERROR)' "$OUT/tests.log" "$OUT/chapters.log" | cut -c 1-200 | head -40
exit $failed
