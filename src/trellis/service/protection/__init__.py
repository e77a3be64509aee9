"""Need to know at work: restricted records, emergency access, requests, cover, and who may see a record and why."""
