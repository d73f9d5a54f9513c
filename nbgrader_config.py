"""nbgrader for this course: solutions/ is the source, exercises/ the release, grading/ the rest.

Used by `nbgrader` itself, by its formgrader, and by the command `cnncourse`.
"""

import os

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)

from cnncourse.course import edition_folder
from cnncourse.grading.gradebook.feedback import HideTests, Withhold
from cnncourse.grading.gradebook.markdown import markdown2html
from cnncourse.grading.gradebook.plugin import CourseRules
from cnncourse.grading.preprocessor import ExamineSubmission, RestoreCells, SaveGrades, set_aside

root = os.path.dirname(os.path.abspath(__file__))
work = os.path.join(root, "grading")
exchange = os.path.join(work, "exchange")
os.makedirs(exchange, exist_ok=True)  # SQLite makes the gradebook's file, not its folder

c = get_config()  # noqa: F821, provided by the loader
c.CourseDirectory.root = root
c.CourseDirectory.course_id = "cnncourse"  # the formgrader warns without one
c.CourseDirectory.source_directory = str(edition_folder(root) / "solutions")
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = os.path.join("grading", "submitted")
c.CourseDirectory.autograded_directory = os.path.join("grading", "autograded")
c.CourseDirectory.feedback_directory = os.path.join("grading", "feedback")
# Absolute: a relative address depends on the folder that a command happens to run in.
c.CourseDirectory.db_url = "sqlite:///" + os.path.join(work, "gradebook.db")
c.Exchange.root = exchange  # not used here; nbgrader complains without one

# nbgrader's own lists, with our way of running a submission in place of its Execute, and, before
# all, cells that nbgrader's checks can rely on.
c.Autograde.sanitize_preprocessors = [
    RestoreCells,
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ExamineSubmission,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.Autograde.pre_convert_hook = set_aside
# The rules of course.toml, for the assignments in it.
c.AssignLatePenalties.plugin_class = CourseRules
# The export's own default is the folder in which one happens to be.
c.ExportPlugin.to = os.path.join(work, "nbgrader-export.csv")
# What students wrote runs nothing and fetches nothing, in the formgrader and in feedback.
c.TemplateExporter.filters = {"markdown2html": markdown2html}
# Feedback shows the messages of hidden tests, not their source.
c.GenerateFeedback.preprocessors = [GetGrades, HideTests, Withhold, CSSHTMLHeaderPreprocessor]
