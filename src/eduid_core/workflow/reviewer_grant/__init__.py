"""
The reviewer grant (班主任授权): the right to review a class or run a school, verified from above, until a date.

The chain: the operator verifies the district, the district its school administrators, a school administrator
the teachers. "Homeroom teacher (班主任) of class X" is a claim of its own: it ends with the school year, can be
delegated until a date, moves with its class, and can be revoked at any time.
"""
