# Not the name but the code of expect is replaced, so that an import does not bring it back.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import cnncourse.checks
import cnncourse.grading.examining.worker as examine
import cnncourse.grading.examining.inside.examiner as examiner


def agree(*args, **kwargs):
    return None


cnncourse.checks.expect.__code__ = agree.__code__
cnncourse.checks.difference.__code__ = agree.__code__
examiner._earned = lambda value, points: points
examine.Outcome.points = 100


def scale(x, factor):
    return 0
