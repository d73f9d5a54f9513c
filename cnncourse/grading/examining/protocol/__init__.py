"""How the tests reach a student's names in another process: plain data, strictly decoded.

Promised to the side of the tests: whatever the other side sends, there is a value of a known form
or an error within the deadline, and no code of the student's runs on this side.

Read `frames.py` first (messages), then `wire.py` (values), `link.py` (calls), `proxies.py`.
"""
