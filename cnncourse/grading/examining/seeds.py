"""The inputs of hidden tests: derived from the course's secret, for each student and each test.

A seed is a whole number of up to 256 bits; 0 stands for the inputs that students see. From one that
is derived nobody learns another: neither the secret, nor a neighbor's, nor the next test's. To see
what a test asked of a student, run its cell in `environment(seed, test)`.
"""

import hashlib

SEED = "CNNCOURSE_SEED"


def of_student(secret: int, assignment: str, student: str) -> int:
    """The seed of one examination: another for each student, the same whenever it is repeated.

    >>> of_student(5, "im2col", "ada") == of_student(5, "im2col", "ada")
    True
    >>> of_student(5, "im2col", "ada") == of_student(5, "im2col", "bob")
    False
    """
    return derived(secret, assignment, student)


def mark(seed: int) -> str:
    """What a student's page shows of the seed: enough to recognize it, useless to find it.

    >>> len(mark(of_student(5, "im2col", "ada")))
    14
    """
    digits = f"{derived(seed, 'mark') >> 208:012x}"
    return "-".join(digits[i : i + 4] for i in (0, 4, 8))


def environment(seed: int, test: str) -> dict[str, str]:
    """The variable in which the cell of a test draws the inputs of this examination.

    test: its grade_id.
    """
    return {SEED: str(derived(seed, "test", test))}


def derived(seed: int, *names: str) -> int:
    """A keyed hash of the names (BLAKE2b, 256 bits) as a seed; 0 of 0."""
    key = hashlib.blake2b(str(seed).encode()).digest()
    text = "".join(f"{len(name)}:{name}" for name in names).encode("utf-8", "surrogatepass")
    found = hashlib.blake2b(text, key=key, digest_size=32).digest()
    return int.from_bytes(found, "big") if seed else 0
