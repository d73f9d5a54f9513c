# A result of megabytes, which a test writes into its message.
# honest: 0
# verdict: wrong, policy
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
def multiples(n, count):
    return "\x01" * 1_300_000


def words(text):
    return {str(i): i for i in range(200_000)}
