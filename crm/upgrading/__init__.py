"""What follows the revisions of an upgrade: what is derived is recomputed, and the log of the audit begun."""
