"""The cellar: errors, pages, tokens, logs, heartbeats. It imports none of our apps and knows no ticket."""
