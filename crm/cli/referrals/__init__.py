"""Commands and pages of referrals."""
