"""One file a command. Each has: HELP, ROLE (database role), add_arguments(parser), run(args) -> exit code."""
