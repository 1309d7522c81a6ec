"""All reads of jobs and their histories. Each is one statement, whatever the page's size."""
