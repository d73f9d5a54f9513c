"""What an instructor reads after grading, made from the records alone.

Read `report.py` first: what was hard and why, what looks alike (`similarity.py`). `tables.py`
writes grades.csv and the summary, `ranking.py` who trained best.
"""
