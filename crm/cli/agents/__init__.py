"""``crm mcp``: the methods of the library as the tools of an agent (Model Context Protocol)."""
