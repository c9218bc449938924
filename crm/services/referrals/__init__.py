"""Referrals of leads."""
