"""The printed reports as files: CSV, JSON, Markdown, XLSX and pages with charts."""
