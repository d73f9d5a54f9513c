"""Tries an assignment: do its tests tell right from wrong, and every listed mistake from others?

`faults` makes slips, `answers` grades a model answer with one of them, and the stored answers;
`pairs` looks for listed mistakes that no input tells apart; `memory` keeps findings for the next
run; `results` writes them down.
"""
