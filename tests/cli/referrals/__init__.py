"""Tests of the commands of referrals."""
