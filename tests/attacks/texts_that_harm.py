# Messages with half characters, terminal commands, formulas and line ends, for whoever prints them.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
BAD = "=cmd|' /C calc'!A0\n\x1b]0;owned\x07\x1b[2J\ud800\udfff\x00\u202e\r,\"'--"


def double(x):
    raise ValueError(BAD)


def words(text):
    return {BAD: BAD}


class Account:
    balance = BAD

    def deposit(self, amount):
        return BAD


raise type(BAD[:3], (Exception,), {})(BAD)
