"""Who asks and what they ask: HTTP and the command line. No arithmetic."""
