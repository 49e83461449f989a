"""What vendors of software find in the sandbox: keys, examples, test people, the console of their calls."""
