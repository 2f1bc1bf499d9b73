"""The application (申请): draft, submitted, reviewed, returned, approved."""
