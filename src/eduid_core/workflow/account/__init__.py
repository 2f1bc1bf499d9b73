"""
The account (账号): a guardian's or teacher's phone proved by a one-time code, a username, a password hash.

A code attempt is two commands: `CountAttempt`, always committed, then `VerifyChallenge` with the result of the
comparison, which only the service can make. A resend repeats the code without extending its life; if little
life is left, it makes a second code beside the first. Attempts and sends are counted over all codes of a flow.
"""
