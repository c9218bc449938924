"""Printed reports: board, funnel, year, scorecard and others."""
