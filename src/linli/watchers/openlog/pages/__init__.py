"""The log as people read it, and the page that checks a receipt on their own device."""
