# A test's module calls double, which calls the module, which calls double, without an end.
# honest: 0
# verdict: wrong, crashed, policy, time limit
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
kept = []


def twice(function, x):
    kept.append(function)
    return function(x)


def double(x):
    return kept[0](x) if kept else 0
