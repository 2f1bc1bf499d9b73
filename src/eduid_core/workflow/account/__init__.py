"""
The account (账号): a guardian's or teacher's phone proved by a one-time code, a username, a password hash.

A code attempt is two commands: `CountAttempt`, always committed, then `VerifyChallenge` carrying whether the
code matched, which only the service can know. A resend repeats the code and never its life; with little life
left it makes a second code beside the first. Tries and sends are counted over all of them.
"""
