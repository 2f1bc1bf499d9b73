"""
The review task (审核任务): one an application, opened anew for each revision that needs a person.

Assignment and lease stand here alone. A person's decision is a command to the task: who may decide, and on
which revision, is checked here, at commit; what the decision does to the application follows by reaction.
"""
