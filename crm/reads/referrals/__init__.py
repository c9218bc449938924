"""Referrals, and the credit for them."""
