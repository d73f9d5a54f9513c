# Signals to the group of processes that one warm process forked, counted by kind.
# bare: no (they would end the tests, which are in the group as well)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import os
import signal

KINDS = range(signal.SIGRTMIN, signal.SIGRTMIN + 22)  # each is sent up to seven times: three bits
for kind in KINDS:
    signal.signal(kind, signal.SIG_IGN)


def send(bits):
    bits = [*bits, 0, 0]
    for place, kind in enumerate(KINDS):
        one, two, four = bits[3 * place : 3 * place + 3]
        for _ in range(one + 2 * two + 4 * four):
            os.kill(0, kind)


# %% receiver
import signal

KINDS = range(signal.SIGRTMIN, signal.SIGRTMIN + 22)
signal.pthread_sigmask(signal.SIG_BLOCK, KINDS)


def receive():
    counts = []
    for kind in KINDS:
        counts.append(0)
        while signal.sigtimedwait({kind}, 0):
            counts[-1] += 1
    return [count >> place & 1 for count in counts for place in range(3)][:64]
