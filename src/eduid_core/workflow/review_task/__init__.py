"""
The review task (审核任务): one per application, opened again for each revision that needs a person.

Assignment and lease are stored only here. A person's decision is a command to the task: the task checks the
reviewer's permission and the revision at commit; a reaction then applies the decision to the application.
"""
